"""Nested values as one query: ``fields[fm][n0][value]=…``, the form that a call inside a batch has, and events have."""

from typing import Any
from urllib.parse import parse_qsl, quote

_DEEPEST = 8
_MOST_FIELDS = 1000


class BadQuery(ValueError):
    """It cannot be read: nested too deep, too many fields, or one name used in two ways."""


def encode_query(values: dict[str, Any]) -> str:
    """``{"fields": {"title": "A"}, "ids": [1, 2]}`` → ``fields[title]=A&ids[0]=1&ids[1]=2``; None and empty lists are
    left out, booleans become Y and N."""
    pairs: list[str] = []
    _encode("", values, pairs)
    return "&".join(pairs)


def decode_query(text: str) -> dict[str, Any]:
    """The reverse; every value is text, lists come as objects with number keys. Raises ``BadQuery``."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise BadQuery("too many fields") from error
    found: dict[str, Any] = {}
    for name, value in pairs:
        _put(found, _path_of(name), value)
    return found


def _encode(prefix: str, value: Any, pairs: list[str]) -> None:
    if isinstance(value, dict | list | tuple):
        inside = value.items() if isinstance(value, dict) else enumerate(value)
        for key, entry in inside:
            name = f"{prefix}[{key}]" if prefix else str(key)
            _encode(name, entry, pairs)
    elif isinstance(value, bool):
        pairs.append(f"{quote(prefix, safe='[]')}={'Y' if value else 'N'}")
    elif value is not None:
        # The signs of a reference to an earlier answer stay as they are.
        pairs.append(f"{quote(prefix, safe='[]')}={quote(str(value), safe='$[]')}")


def _path_of(name: str) -> list[str]:
    first, bracket, rest = name.partition("[")
    if not bracket:
        return [name]
    if not rest.endswith("]"):
        raise BadQuery(f"{name[:40]!r} has a bracket too many")
    path = [first, *rest[:-1].split("][")]
    if len(path) > _DEEPEST:
        raise BadQuery(f"{name[:40]!r} is nested too deep")
    return path


def _put(into: dict[str, Any], path: list[str], value: str) -> None:
    *folders, last = path
    for step in folders:
        into = into.setdefault(step or str(len(into)), {})
        if not isinstance(into, dict):
            raise BadQuery(f"{step!r} is a value and a folder")
    key = last or str(len(into))
    if isinstance(into.get(key), dict):
        raise BadQuery(f"{key!r} is a value and a folder")
    into[key] = value
