"""How long a machine prints, from the start of a print until the case lies ready; the wait for the customer is none of it."""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.production.models import PRINTED, print_jobs
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_LATEST = 20


class PrintTime(NamedTuple):
    """Minutes of one print: half of them take at most ``median``, nine of ten at most ``p90``."""

    median: float
    p90: float


# What the partner says of his machines in general: told as long as a machine has not printed here.
USUAL = PrintTime(15, 30)


class _Span(NamedTuple):
    started_at: datetime
    printed_at: datetime


_J = print_jobs.c
_SPANS = Query(
    select(_J.started_at, _J.printed_at)
    # A print whose start we first heard of when it was done says nothing about its length.
    .where(PRINTED, _J.machine_id == bindparam("machine_id"), _J.printed_at > _J.started_at)
    .order_by(_J.id.desc())
    .limit(_LATEST),
    _Span,
)


def print_time_at(unit: Reading, machine_id: int) -> PrintTime:
    """How long the latest prints of a machine took; the usual time while it has printed nothing."""
    spans = unit.all(_SPANS, machine_id=machine_id)
    return print_time_of([(span.printed_at - span.started_at).total_seconds() / 60 for span in spans])


def print_time_of(minutes: Sequence[float]) -> PrintTime:
    """Of prints that took so many minutes each, in any order; none: the usual time."""
    if not minutes:
        return USUAL
    ordered = sorted(minutes)
    return PrintTime(_at_most(ordered, 0.5), _at_most(ordered, 0.9))


def _at_most(ordered: Sequence[float], share: float) -> float:
    """The shortest time within which this share of the prints was done."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
