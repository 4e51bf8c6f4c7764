"""Refused calls of partners, kept so that their people can look them up: a bounded list for each partner.

Whoever only *claims* to be a partner (his key's prefix is public, the proof was bad) has a short list of his own, so that
a stranger cannot push a partner's real failures out.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    delete,
    or_,
    select,
)

from makeline.foundation.columns import Json, UtcTime, identity, metadata, reference_to
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

refused_calls = Table(
    "refused_calls",
    metadata,
    identity(),
    reference_to("partners", "partner_id"),
    # The machine whose own key made the call; whoever calls with that key sees these and no others.
    reference_to("machines", "machine_id", nullable=True),
    # Whether the caller proved who he is; the others only named a key of the partner.
    Column("proven", Boolean, nullable=False),
    # The same mistake again is the same row, moved to the front.
    Column("fingerprint", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", UtcTime(), nullable=False),
    Column("last_at", UtcTime(), nullable=False),
    Column("method", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("reason", Text),
    Column("message", Text, nullable=False),
    # What else there is to tell: names in the path, fields, the signed text. Holds no secret and nobody's data.
    Column("detail", Json(), nullable=False),
    CheckConstraint("times > 0", name="happened"),
    CheckConstraint("last_at >= first_at", name="in_order"),
    CheckConstraint("status BETWEEN 400 AND 599", name="refused"),
    Index("ix_refused_calls_of_partner", "partner_id", "proven", "id"),
    Index("ix_refused_calls_again", "partner_id", "fingerprint"),
)

MOST_KEPT = 200
MOST_CLAIMED = 20
KEPT_FOR = timedelta(days=14)
# The same again within this time counts up; later it is a new entry.
_AGAIN_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class RefusedCall:
    """One refused call as it is to be kept; ``path`` is the endpoint's template, never what was called."""

    partner_id: int
    machine_id: int | None
    proven: bool
    at: datetime
    method: str
    path: str
    status: int
    code: str
    reason: str | None
    message: str
    detail: Mapping[str, Any]

    @property
    def fingerprint(self) -> str:
        """What makes two refused calls the same mistake."""
        named = sorted(self.detail.get("named", {}).items())
        told = (
            self.machine_id,
            self.proven,
            self.method,
            self.path,
            self.code,
            self.reason,
            named,
            self.message,
        )
        # Signatures and haste are the same mistake whatever the message counts.
        told = told if self.reason is None and self.status != 429 else told[:-1]
        return hashlib.sha256(repr(told).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class KeptCall(NamedTuple):
    """One row of the list."""

    id: int
    machine_id: int | None
    proven: bool
    times: int
    first_at: datetime
    last_at: datetime
    method: str
    path: str
    status: int
    code: str
    reason: str | None
    message: str
    detail: Any


class _Earlier(NamedTuple):
    id: int
    times: int
    first_at: datetime


_C = refused_calls.c
_AGAIN = Query(
    select(_C.id, _C.times, _C.first_at).where(
        _C.partner_id == bindparam("partner_id"),
        _C.fingerprint == bindparam("fingerprint"),
        _C.last_at > bindparam("since", type_=UtcTime()),
    ),
    _Earlier,
)
_DROP = Change(delete(refused_calls).where(_C.id == bindparam("row_id")))
_NEWER_THAN_ALL_BUT = (
    select(_C.id)
    .where(_C.partner_id == bindparam("partner_id"), _C.proven == bindparam("proven"))
    .order_by(_C.id.desc())
    .offset(bindparam("most"))
    .limit(1)
    .scalar_subquery()
)
_TRIM = Change(
    delete(refused_calls).where(
        _C.partner_id == bindparam("partner_id"),
        _C.proven == bindparam("proven"),
        _C.id <= _NEWER_THAN_ALL_BUT,
    )
)
_FORGET = Change(delete(refused_calls).where(_C.last_at < bindparam("before", type_=UtcTime())))
_LIST = Query(
    select(
        _C.id,
        _C.machine_id,
        _C.proven,
        _C.times,
        _C.first_at,
        _C.last_at,
        _C.method,
        _C.path,
        _C.status,
        _C.code,
        _C.reason,
        _C.message,
        _C.detail,
    )
    .where(
        _C.partner_id == bindparam("partner_id"),
        or_(bindparam("every_machine") == 1, _C.machine_id == bindparam("machine_id")),
        _C.id < bindparam("before_id"),
    )
    .order_by(_C.id.desc())
    .limit(bindparam("most")),
    KeptCall,
)
# Ids stay below this one.
_AFTER_ALL = 2**53


def keep_refused_calls(unit: UnitOfWork, calls: Sequence[tuple[RefusedCall, int]]) -> None:
    """Write them down, each with how often it happened; the oldest beyond the limits go."""
    for call, times in calls:
        again = unit.first(
            _AGAIN,
            partner_id=call.partner_id,
            fingerprint=call.fingerprint,
            since=call.at - _AGAIN_WITHIN,
        )
        if again is not None:
            unit.put(_DROP, row_id=again.id)
        unit.add(
            refused_calls,
            id=unit.new_id(refused_calls),
            partner_id=call.partner_id,
            machine_id=call.machine_id,
            proven=call.proven,
            fingerprint=call.fingerprint,
            times=times + (again.times if again else 0),
            first_at=min(again.first_at, call.at) if again else call.at,
            last_at=call.at,
            method=call.method,
            path=call.path,
            status=call.status,
            code=call.code,
            reason=call.reason,
            message=call.message,
            detail=dict(call.detail),
        )
    for partner_id, proven in sorted({(call.partner_id, call.proven) for call, _ in calls}):
        most = MOST_KEPT if proven else MOST_CLAIMED
        unit.change(_TRIM, partner_id=partner_id, proven=proven, most=most)


def refused_calls_of(
    unit: Reading, partner_id: int, *, machine_id: int | None, before_id: int | None, most: int
) -> list[KeptCall]:
    """A partner's refused calls, newest first; with ``machine_id`` those that this machine's own key made."""
    return unit.all(
        _LIST,
        partner_id=partner_id,
        every_machine=int(machine_id is None),
        machine_id=machine_id or 0,
        before_id=before_id or _AFTER_ALL,
        most=most,
    )


def forget_old_refused_calls(unit: UnitOfWork) -> int:
    """Drop what nobody looks for any more; returns how many."""
    return unit.change(_FORGET, before=unit.now - KEPT_FOR)
