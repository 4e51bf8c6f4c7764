"""Every setting is in docs/settings.md, and nothing else is."""

import dataclasses
import re
from collections.abc import Iterator
from typing import Any, get_type_hints

from pydantic import BaseModel

from makeline.foundation.settings import Settings
from tests.house.tree import ROOT


def test_every_setting_is_documented_and_every_documented_one_exists():
    page = (ROOT / "docs" / "settings.md").read_text()
    documented = set(re.findall(r"(?m)^\|\s*`([A-Z][A-Z0-9_]+)`", page))
    read = set(_variables(Settings))
    assert read, "Settings has no groups that this test understands"
    assert read - documented == set(), "not in a table of docs/settings.md"
    assert documented - read == set(), "in docs/settings.md, but nobody reads them"


def _variables(kind: Any) -> Iterator[str]:
    """The environment variables of a settings class: groups may stand in groups, as fields or as a dataclass."""
    if not isinstance(kind, type):
        return
    if issubclass(kind, BaseModel):
        prefix = str(kind.model_config.get("env_prefix", ""))
        for name, field in kind.model_fields.items():
            nested = list(_variables(field.annotation))
            yield from nested or [f"{prefix}{name}".upper()]
    elif dataclasses.is_dataclass(kind):
        for group in get_type_hints(kind).values():
            yield from _variables(group)
