"""The styles on offer, by template, with the words a stylist is given for each."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from makeline.kernel.errors import FieldProblem, Invalid


class Style(NamedTuple):
    """A style of one template. ``prompt`` describes the picture to make, in English; inactive ones are not sold."""

    template_id: str
    style_id: str
    name: str
    position: int
    active: bool
    free_text_allowed: bool
    prompt: str


class UnknownStyle(Invalid):
    """There is no such style in this template, or it is not on sale."""

    code = "UNKNOWN_STYLE"


@cache
def styles() -> Mapping[tuple[str, str], Style]:
    """Every style by template and id, in the order they are shown."""
    source = (files("makeline.cases.styles") / "styles.json").read_text("utf-8")
    found = [Style(**row) for row in json.loads(source)]
    return {(style.template_id, style.style_id): style for style in found}


def style_called(template_id: str, style_id: str) -> Style:
    """A style that may be asked for; raises ``UnknownStyle``."""
    found = styles().get((template_id.strip().lower(), style_id.strip().lower()))
    if found is None or not found.active:
        raise UnknownStyle(FieldProblem("style", "is no style of this template", style_id[:80]))
    return found
