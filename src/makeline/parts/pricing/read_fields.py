"""Fields as they come from the wire, read strictly; everything that is wrong is noted, not only the first."""

import math
from collections.abc import Container, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any, TypeVar

from makeline.parts.pricing.figures import exact, places_2
from makeline.parts.pricing.refusals import Reason, Why

LARGEST_SIZE = Decimal(100_000)
_LARGEST = 100_000.0

T = TypeVar("T")


class FieldReader:
    """Reads one request; after the last field ``reasons`` says what is wrong with it."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._fields = fields
        inside = fields.get("dimensions")
        self._inside: Mapping[str, Any] = inside if isinstance(inside, dict) else {}
        self.reasons: list[Reason] = []

    def names_any(self, names: frozenset[str]) -> bool:
        """Whether one of these fields is there at all."""
        return not names.isdisjoint(self._fields)

    def refuse(self, code: Why, field: str, message: str, *, given: Any = None, limit: Any = None) -> None:
        """Note what is wrong with a field."""
        self.reasons.append(Reason(code, field, message, given, limit))

    def raw(self, name: str, *others: str) -> tuple[str, Any]:
        """The first of these names that is there, with its value; the first name and None otherwise."""
        value = self._fields.get(name)
        if value is None:
            for other in others:
                value = self._fields.get(other)
                if value is not None:
                    return other, value
        return name, value

    def size(self, name: str, *others: str) -> Decimal | None:
        """A length in mm, at the top or inside ``dimensions``: above 0, at most 100 000, rounded to 0.01."""
        name, value = self.raw(name, *others)
        if value is None:
            if not self._inside:
                return None
            name, value = self._nested(name, *others)
            if value is None:
                return None
        if type(value) is float and 0 < value <= _LARGEST:
            hundredths = round(value * 100)
            # Then it was written with two decimals or fewer: of fifteen digits no two numbers are the same float.
            if hundredths / 100 == value:
                return Decimal(hundredths).scaleb(-2)
        number = self._number(name, value)
        if number is None:
            return None
        if not 0 < number <= LARGEST_SIZE:
            self.refuse(
                Why.OUT_OF_RANGE, name, "must be above 0 and at most 100000 mm", given=value, limit=100_000
            )
            return None
        return places_2(number)

    def _nested(self, name: str, *others: str) -> tuple[str, Any]:
        for known in (name, *others):
            value = self._inside.get(known)
            if value is not None:
                return f"dimensions.{known}", value
        return name, None

    def number(self, name: str, *, usual: Decimal, least: Decimal, most: Decimal) -> Decimal:
        """A JSON number between two others."""
        value = self._fields.get(name)
        if value is None:
            return usual
        written = type(value) is float and math.isfinite(value)
        number = _written(value) if written else self._number(name, value)
        if number is None:
            return usual
        if not least <= number <= most:
            self.refuse(
                Why.OUT_OF_RANGE, name, f"must be from {least} to {most}", given=value, limit=[least, most]
            )
            return usual
        return number

    def whole(self, name: str, *, usual: int, least: int, most: int) -> int:
        """A whole JSON number between two others; 2.0 counts as 2."""
        value = self._fields.get(name)
        if value is None:
            return usual
        if type(value) is int and least <= value <= most:
            return value
        number = self._number(name, value)
        if number is None:
            return usual
        if number != number.to_integral_value() or not least <= number <= most:
            self.refuse(
                Why.OUT_OF_RANGE,
                name,
                f"must be a whole number from {least} to {most}",
                given=value,
                limit=[least, most],
            )
            return usual
        return int(number)

    def choice(self, name: str, *others: str, among: Mapping[str, T], usual: str | None = None) -> T | None:
        """One of some ids, given as text or whole number; ``REQUIRED`` when it is missing and nothing is usual."""
        name, value = self.raw(name, *others)
        if type(value) is str and value in among:
            return among[value]
        if value is None:
            if usual is None:
                self.refuse(Why.REQUIRED, name, "is required")
                return None
            return among[usual]
        key = self._id(value)
        if key is None or key not in among:
            self.refuse(Why.UNKNOWN_ID, name, "there is no such id", given=value, limit=sorted(among))
            return None
        return among[key]

    def id_among(
        self, name: str, *others: str, among: Mapping[str, Any], usual: str | None = None
    ) -> str | None:
        """The same, and the answer is the id itself."""
        name, value = self.raw(name, *others)
        if type(value) is str and value in among:
            return value
        if value is None and usual is not None:
            return usual
        key = self._id(value)
        if key in among:
            return key
        self.choice(name, among=among)
        return None

    def choices(self, name: str, *, among: Container[str]) -> list[str]:
        """Distinct ids in their first order, given as list or as text with commas."""
        value = self._fields.get(name)
        if value is None:
            return []
        parts: Sequence[Any]
        if isinstance(value, str):
            parts = [part.strip() for part in value.split(",") if part.strip()]
        else:
            parts = value if isinstance(value, list | tuple) else [value]
        found: list[str] = []
        for part in parts:
            key = part if type(part) is str and part in among else self._id(part)
            if key is None or key not in among:
                self.refuse(Why.UNKNOWN_ID, name, "there is no such id", given=part)
            elif key not in found:
                found.append(key)
        return found

    def _number(self, name: str, value: Any) -> Decimal | None:
        if type(value) is int:
            return Decimal(value)
        if type(value) is float and math.isfinite(value):
            return Decimal(repr(value))
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float | Decimal)
            or not math.isfinite(value)
        ):
            self.refuse(Why.OUT_OF_RANGE, name, "must be a number", given=_printable(value))
            return None
        return exact(value)

    @staticmethod
    def _id(value: Any) -> str | None:
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return None


@lru_cache(maxsize=1024)
def _written(value: float) -> Decimal:
    """A factor as it was written; few are used, and reading one takes longer than finding it."""
    return Decimal(repr(value))


def _printable(value: Any) -> Any:
    # NaN and infinity are no JSON.
    return str(value) if isinstance(value, float) else value
