"""Why a part cannot be priced: all reasons together, each with the field, the figure given and the limit."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from makeline.kernel.errors import FieldProblem, Invalid


class Why(StrEnum):
    """The reasons there are."""

    REQUIRED = "REQUIRED"
    OUT_OF_RANGE = "OUT_OF_RANGE"
    UNKNOWN_ID = "UNKNOWN_ID"
    NOT_OFFERED = "NOT_OFFERED"
    PRICE_MISSING = "PRICE_MISSING"
    FILE_UNREADABLE = "FILE_UNREADABLE"
    GEOMETRY_NOT_CLOSED = "GEOMETRY_NOT_CLOSED"
    TOO_SMALL = "TOO_SMALL"
    NOT_ROUND = "NOT_ROUND"
    STOCK_TOO_THICK = "STOCK_TOO_THICK"
    STOCK_TOO_LARGE = "STOCK_TOO_LARGE"
    NO_MACHINE_FITS = "NO_MACHINE_FITS"
    NO_MACHINE_AT_LOCATION = "NO_MACHINE_AT_LOCATION"
    COVER_NOT_POSSIBLE = "COVER_NOT_POSSIBLE"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. ``given`` and ``limit`` are JSON values, None where there is no such figure."""

    code: Why
    field: str
    message: str
    given: Any = None
    limit: Any = None

    def placed(self, at: str) -> "Reason":
        """The same of a request that is one of many; ``at`` stands before the name of the field."""
        return replace(self, field=f"{at}{self.field}")

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "code": self.code.value,
            "field": self.field,
            "message": self.message,
            "given": _plain(self.given),
            "limit": _plain(self.limit),
        }


class Unpriceable(Invalid):
    """There is no price, and why; ``reasons`` holds all that were found."""

    def __init__(self, reasons: Sequence[Reason]) -> None:
        super().__init__(
            *(FieldProblem(reason.field, reason.message, _plain(reason.given)) for reason in reasons)
        )
        self.reasons = tuple(reasons)
        self.extras = {"reasons": [reason.plain() for reason in reasons]}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value
