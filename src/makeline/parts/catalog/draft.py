"""A draft of rates: a published version with some figures changed. It is sent whole each time and never stored."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from makeline.kernel.errors import FieldProblem, Invalid

_NOT_TO_CHANGE = ("shop.id", "shop.version")
# Tables whose entries a shop may take away; elsewhere nothing is a figure that nobody knows.
_MAY_GO = (["prices_rub_per_kg"], ["services_by_form"], ["machinability"])


class Change(NamedTuple):
    """One figure by its place, as ``tables.materials.alum_D16.prices_rub_per_kg.rod``; None takes a price or a row away.

    A whole row may be changed or added: ``tables.machines.machine_130`` with a row of that id.
    """

    place: str
    value: Any


def changed(content: Mapping[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """The content with all changes; raises ``Invalid`` naming each place that there is not."""
    draft, problems = changed_where_possible(content, changes)
    if problems:
        raise Invalid(*problems)
    return draft


def changed_where_possible(
    content: Mapping[str, Any], changes: Sequence[Change]
) -> tuple[dict[str, Any], list[FieldProblem]]:
    """The content with the changes whose place there is, and the others by name."""
    draft, problems = copy.deepcopy(dict(content)), list[FieldProblem]()
    for change in changes:
        wrong = "cannot be changed" if change.place in _NOT_TO_CHANGE else _put(draft, change)
        if wrong is not None:
            problems.append(FieldProblem(change.place[:200], wrong))
    return draft, problems


def _put(draft: dict[str, Any], change: Change) -> str | None:
    *way, last = change.place.split(".")
    holder: Any = draft
    for name in way:
        holder = _inside(holder, name)
    if isinstance(holder, dict):
        return _put_into(holder, last, change.value, gone=change.value is None and way[-1:] in _MAY_GO)
    if isinstance(holder, list):
        return _put_at(holder, last, change.value)
    return "there is no such place in a rate card"


def _put_into(holder: dict[str, Any], name: str, value: Any, *, gone: bool) -> str | None:
    known = holder.get(name)
    if isinstance(known, dict) and not isinstance(value, dict):
        return "is a table, not a figure"
    if name not in holder and any(isinstance(one, dict | list) for one in holder.values()):
        return "there is no such place in a rate card"
    if gone:
        holder.pop(name, None)
    else:
        holder[name] = value
    return None


def _put_at(holder: list[Any], name: str, value: Any) -> str | None:
    numbers = [number for number, one in enumerate(holder) if _called(one, number, name)]
    if not numbers and isinstance(value, dict) and value.get("id") == name:
        holder.append(value)
        return None
    if not numbers:
        return "there is no such row; a new one says its own id"
    if value is None:
        del holder[numbers[0]]
    else:
        holder[numbers[0]] = value
    return None


def _inside(holder: Any, name: str) -> Any:
    if isinstance(holder, dict):
        return holder.get(name)
    if isinstance(holder, list):
        return next((one for number, one in enumerate(holder) if _called(one, number, name)), None)
    return None


def _called(one: Any, number: int, name: str) -> bool:
    return one["id"] == name if isinstance(one, dict) and "id" in one else str(number) == name
