"""How far a price can be trusted without a person looking at it, and which refusals a person may overrule."""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct

from makeline.parts.geometry.facts import Note
from makeline.parts.pricing.refusals import Reason, Why
from makeline.parts.pricing.request import Basis
from makeline.parts.pricing.shape import Warned
from makeline.parts.pricing.tables import Service
from makeline.parts.quotes.measured import Measured


class Confidence(StrEnum):
    """High and medium prices are told at once; a low one is looked at by staff before it is a promise."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Severity(StrEnum):
    """How much a finding matters: it cannot be made like this; it may not come out as meant; good to know."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


SEVERITY_OF = {
    Note.OPEN_SURFACE: Severity.ERROR,
    Note.TURNED_TRIANGLES: Severity.INFO,
    Note.UNIT_IN_DOUBT: Severity.WARNING,
    Note.SEVERAL_BODIES: Severity.ERROR,
    Note.THIN_WALL: Severity.WARNING,
}

# Written wrongly by the caller: nobody can price what was not said. Everything else is judged by a person.
_CALLERS_MISTAKES = frozenset({Why.REQUIRED, Why.OUT_OF_RANGE, Why.UNKNOWN_ID, Why.FILE_UNREADABLE})
# A thread that paint would fill is masked by hand, which no rule prices.
_THREADS = re.compile(r"\bthreads?\b|\btapped\b|\bmask|резьб|маскир", re.IGNORECASE)


class Doubt(Struct, frozen=True, gc=False):
    """Why a price is not of high confidence."""

    code: str
    message: str

    def told(self, field: str | None = None) -> dict[str, Any]:
        """As a reason on the wire."""
        return {"code": self.code, "field": field, "message": self.message, "given": None, "limit": None}


class Judgement(Struct, frozen=True, gc=False):
    """A confidence and everything that lowered it."""

    confidence: Confidence
    doubts: Sequence[Doubt]


_SIZES_ONLY = Doubt("SIZES_ONLY", "Priced from sizes, not from a measured file")


def judge(
    service: Service,
    basis: Basis,
    warnings: Sequence[Warned],
    measured: Measured | None,
    *,
    instructions: str = "",
) -> Judgement:
    """The confidence of a price: one closed body without an error is high, an estimate or a warning is medium."""
    low: list[Doubt] = []
    medium = [Doubt(one["code"], one["message"]) for one in warnings]
    if basis is Basis.SIZES:
        medium.append(_SIZES_ONLY)
    for finding in () if measured is None else measured.findings:
        severity = SEVERITY_OF[finding.note]
        if severity is not Severity.INFO:
            doubts = low if severity is Severity.ERROR else medium
            doubts.append(Doubt(finding.note.value.upper(), finding.message))
    if service is Service.PAINTING and _THREADS.search(instructions):
        low.append(Doubt("MASKED_THREADS", "Threads are masked by hand before painting"))
    if low:
        return Judgement(Confidence.LOW, (*low, *medium))
    return Judgement(Confidence.MEDIUM if medium else Confidence.HIGH, tuple(medium))


def may_be_overruled(reasons: Sequence[Reason]) -> bool:
    """Whether staff may price what the card refuses: the part is hard to make, and the request is well written."""
    return bool(reasons) and all(reason.code not in _CALLERS_MISTAKES for reason in reasons)
