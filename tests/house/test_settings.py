"""Every setting is in docs/settings.md, with its default, and nothing else is; what production refuses is told."""

import re
from enum import StrEnum

import pytest
from pydantic import SecretStr

from makeline.foundation.settings import InsecureSettings, read_settings
from makeline.foundation.settings_groups import GROUPS
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "settings.md").read_text("utf-8")
ROWS = dict(re.findall(r"(?m)^\|\s*`([A-Z][A-Z0-9_]+)`\s*\|\s*([^|]*?)\s*\|", PAGE))
# Their defaults are no values to be copied.
TOLD_IN_WORDS = {"LINK_KEYS": "a demo secret", "SIGNING_KEYS": "a demo secret"}


def _settings() -> dict[str, object]:
    return {
        name.upper(): field.default
        for group in GROUPS
        for name, field in group.model_fields.items()
    }  # fmt: skip


def test_every_setting_is_documented_and_every_documented_one_exists():
    read = _settings().keys()
    assert read, "the settings have no groups"
    assert read - ROWS.keys() == set(), "not in a table of docs/settings.md"
    assert ROWS.keys() - read == set(), "in docs/settings.md, but nobody reads them"


def test_every_documented_default_is_the_true_one():
    written = {name: TOLD_IN_WORDS.get(name) or _as_written(value) for name, value in _settings().items()}
    assert written == ROWS


def test_no_name_stands_in_two_groups():
    names = [name for group in GROUPS for name in group.model_fields]
    assert len(names) == len(set(names))


def test_what_production_refuses_is_told(monkeypatch: pytest.MonkeyPatch):
    for name in _settings():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROFILE", "production")
    with pytest.raises(InsecureSettings) as nothing_set:
        read_settings()
    monkeypatch.setenv("PARTNER_BASE_URL", "https://partner.example/mobileShell/en")
    monkeypatch.setenv("LINK_KEYS", "short,short")
    with pytest.raises(InsecureSettings) as badly_set:
        read_settings()
    refused = set(re.findall(r"\b[A-Z]+_[A-Z_]+\b", f"{nothing_set.value} {badly_set.value}"))
    told = PAGE.partition("## The production profile")[2]
    assert refused
    assert {name for name in refused if f"`{name}`" not in told} == set()


def _as_written(value: object) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, float):
        value = f"{value:g}"
    elif isinstance(value, StrEnum):
        value = value.value
    return f"`{value}`" if str(value) else "empty"
