"""How calls say what they want: fields, numbers, and which records a filter lets through."""

from typing import Any

from makeline.adapters.bitrix24.simulator.refused import Refused


def fields_in(params: dict[str, Any]) -> dict[str, Any]:
    """The fields of a call; raises ``Refused`` without."""
    fields = params.get("fields")
    if not isinstance(fields, dict):
        raise Refused("100", "Parameter 'fields' must be array")
    return fields


def number_in(value: object) -> int:
    """An id as it came; -1 for what is none."""
    text = str(value)
    return int(text) if text.isdecimal() else -1


def let_through(item: dict[str, Any], tests: list[tuple[str, str, Any]]) -> bool:
    """Whether a record passes all conditions."""
    for name, sign, wanted in tests:
        value = str(item.get(name) if item.get(name) is not None else "")
        if sign == "@":
            good = value in wanted
        elif sign in (">", ">="):
            larger = number_in(value) > number_in(wanted) if name == "id" else value > wanted
            good = larger or (sign == ">=" and value == wanted)
        else:
            good = value == wanted
        if not good:
            return False
    return True


def tests_of(params: dict[str, Any]) -> list[tuple[str, str, Any]]:
    """(field, sign, value) of each condition of a filter."""
    tests: list[tuple[str, str, Any]] = []
    for name, wanted in (params.get("filter") or {}).items():
        plain = name.lstrip("@><=!")
        sign = name[: len(name) - len(plain)]
        listed = wanted.values() if isinstance(wanted, dict) else [wanted]
        tests.append((plain, sign, {str(entry) for entry in listed} if sign == "@" else str(wanted)))
    return tests
