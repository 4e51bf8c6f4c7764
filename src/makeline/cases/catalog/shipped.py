"""The lists that come with the product: what a new shop begins with, and what no shop changes."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def shipped_rows(name: str) -> Sequence[Mapping[str, Any]]:
    """The rows of ``data/{name}.json``; whoever asks only reads them."""
    text = (files("makeline.cases.catalog") / "data" / f"{name}.json").read_text("utf-8")
    return tuple(json.loads(text)["rows"])
