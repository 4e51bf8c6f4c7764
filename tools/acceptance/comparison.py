"""Holds an answer against a documented example: every field, its type, its unit and its nesting."""

import re
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_OUR_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_LINK = re.compile(r"https?://")
_PLACE = re.compile(r"\[\d+\]")

Fault = Callable[[Any], str | None]


def money(answer: Any) -> str | None:
    """Fault with an amount of a kiosk: money in a unit a hundred times too small has its type and not its size."""
    if _is_number(answer) and round(answer, 2) == answer and answer < 1000:
        return None
    return "documented as a number with at most two decimals"


class _Rules(NamedTuple):
    null: Collection[str]
    same: Collection[str]
    decimal: Fault


def differences(
    answer: Any,
    example: Any,
    *,
    null: Collection[str] = (),
    same: Collection[str] = (),
    decimal: Fault = money,
    at: str = "",
) -> list[str]:
    """What of ``answer`` contradicts ``example``; empty when nothing does. Fields that we add contradict nothing.

    ``decimal`` finds fault with what is documented with a decimal point. ``null`` are the paths (``status.order_id``, ``models[].stock``) that may be null or an empty list, ``same`` those
    that must hold the documented value itself.
    """
    path = _PLACE.sub("[]", at)
    if answer is None or answer == []:
        empty = example is None or example == [] or path in null
        return [] if empty else [f"{at or 'the answer'} is {answer!r}"]
    if isinstance(example, dict):
        return _object(answer, example, _Rules(null, same, decimal), at)
    if isinstance(example, list):
        if not isinstance(answer, list):
            return [f"{at} is {type(answer).__name__}, documented as a list"]
        if path in same and answer != example:
            return [f"{at} is {answer!r}, documented as {example!r}"]
        return [
            found
            for position, entry in enumerate(answer)
            for found in differences(
                entry,
                example[0] if example else entry,
                null=null,
                same=same,
                decimal=decimal,
                at=f"{at}[{position}]",
            )
        ]
    if fault := _fault(answer, example, decimal):
        return [f"{at} is {answer!r}, {fault}"]
    if path in same and answer != example:
        return [f"{at} is {answer!r}, documented as {example!r}"]
    return []


def a_number(answer: Any) -> str | None:
    """Fault with a figure of any size and precision."""
    return None if _is_number(answer) else "documented as a number"


def _object(answer: Any, example: dict[str, Any], rules: _Rules, at: str) -> list[str]:
    if not isinstance(answer, dict):
        return [f"{at or 'the answer'} is {type(answer).__name__}, documented as an object"]
    found = []
    for name, wanted in example.items():
        path = f"{at}.{name}".lstrip(".")
        if name not in answer:
            found.append(f"{path} is missing")
        else:
            found += differences(answer[name], wanted, **rules._asdict(), at=path)
    return found


def _fault(answer: Any, example: Any, decimal: Fault) -> str | None:
    match example:
        case None:
            return None
        case bool():
            return None if isinstance(answer, bool) else "documented as true or false"
        case int():
            return None if type(answer) is int else "documented as an integer"
        case float():
            return decimal(answer)
    if not isinstance(answer, str):
        return "documented as text"
    if _MOMENT.fullmatch(example) and not _OUR_MOMENT.fullmatch(answer):
        return "documented as a moment in UTC"
    if _LINK.match(example) and not _LINK.match(answer):
        return "documented as a link"
    return None


def _is_number(answer: Any) -> bool:
    return isinstance(answer, (int, float)) and not isinstance(answer, bool)
