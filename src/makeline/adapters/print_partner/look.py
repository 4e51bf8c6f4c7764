"""One notice, field by field: found under any of its spellings, judged, and every fault noted."""

import re
from collections.abc import Mapping
from typing import Any

from makeline.adapters.print_partner.dialect import ORDER_STATUSES, OrderWord
from makeline.adapters.print_partner.signature import NumberText
from makeline.kernel.errors import FieldProblem

LONGEST_ID = 100
LONGEST_TEXT = 500
_INTEGER = re.compile(r"[+-]?[0-9]{1,9}(\.0{1,9})?", re.ASCII)
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", re.ASCII)
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?", re.ASCII)


class Look:
    """Takes fields by any of their spellings and collects what is wrong with them."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        self.problems: list[FieldProblem] = []

    def complain(self, field: str, message: str, received: Any = None) -> None:
        self.problems.append(FieldProblem(field, message, received))

    def identifier(self, names: tuple[str, ...]) -> str | None:
        """Empty text in an id is a fault, not an absence."""
        name, value = self._first(names)
        if value is None:
            self.complain(names[0], "is required")
        elif _not_text(value) or not value.strip() or len(value) > LONGEST_ID or not _storable(value):
            self.complain(name, f"must be a text of 1 to {LONGEST_ID} characters", _shown(value))
        else:
            return str(value).strip()
        return None

    def text(self, names: tuple[str, ...], *, longest: int = LONGEST_TEXT) -> str | None:
        """Text, or a number as its text; empty equals absent."""
        name, value = self._first(names)
        if value is None or value == "":
            return None
        if not isinstance(value, str) or len(value) > longest or not _storable(value):
            self.complain(name, f"must be a text of at most {longest} characters", _shown(value))
            return None
        return str(value)

    def whole(self, names: tuple[str, ...], *, required: bool) -> int | None:
        """A whole number, also as text of digits (forms have nothing else)."""
        name, value = self._first(names)
        if value is None or value == "":
            if required:
                self.complain(names[0], "is required")
            return None
        if isinstance(value, str) and _INTEGER.fullmatch(value):
            return int(value.partition(".")[0])
        self.complain(name, "must be an integer", _shown(value))
        return None

    def amount(self, names: tuple[str, ...]) -> NumberText | None:
        """An amount as its text; whether it is the right one is for the caller to compare."""
        name, value = self._first(names)
        if value is None or value == "":
            return None
        if isinstance(value, str) and _AMOUNT.fullmatch(value):
            return NumberText(value)
        self.complain(name, "must be a number of at least 0", _shown(value))
        return None

    def order_status(self, names: tuple[str, ...]) -> tuple[int | None, OrderWord | None]:
        """One of the 16 numbers (also as digits in text) or one of the six words."""
        name, value = self._first(names)
        if isinstance(value, str) and _INTEGER.fullmatch(value) and int(float(value)) in ORDER_STATUSES:
            return int(float(value)), None
        if isinstance(value, str) and value.strip().lower() in tuple(OrderWord):
            return None, OrderWord(value.strip().lower())
        if value is None or value == "":
            self.complain("status", "is required")
        else:
            words = ", ".join(OrderWord)
            self.complain(name, f"must be a number from 1 to 16 or one of {words}", _shown(value))
        return None, None

    def _first(self, names: tuple[str, ...]) -> tuple[str, Any]:
        for name in names:
            value = self._fields.get(name)
            if value is not None:
                return name, value
        return names[0], None


def _storable(text: str) -> bool:
    """No database text holds a NUL or half a character."""
    if text.isascii():
        return "\0" not in text
    return "\0" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


def _not_text(value: Any) -> bool:
    return not isinstance(value, str) or isinstance(value, NumberText)


def _shown(value: Any) -> Any:
    """A received value that is safe and short enough to show back."""
    if not isinstance(value, (str, int, float)):
        return type(value).__name__
    if isinstance(value, NumberText) and _PLAIN_NUMBER.fullmatch(value):
        return float(value) if "." in value else int(value)
    return str(value)[:LONGEST_ID].encode("utf-8", "replace").decode("utf-8")
