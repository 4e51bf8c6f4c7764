"""Who asked for what by a signed call that changes something: one row for each, written before anything else happens."""

from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, bindparam, delete, select

from makeline.cases.machines.models import api_keys
from makeline.cases.machines.redaction import redacted_address
from makeline.foundation.columns import UtcTime, identity, metadata, reference_to
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.signed_calls import SignedCall

signed_calls = Table(
    "signed_calls",
    metadata,
    identity(),
    reference_to("api_keys", "key_id"),
    Column("at", UtcTime(), nullable=False),
    Column("method", Text, nullable=False),
    # With the names in it, without tokens.
    Column("path", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("nonce", Text, nullable=False),
    # What was signed can be proven later by whoever kept the body.
    Column("body_sha256", Text, nullable=False),
    Column("body_bytes", Integer, nullable=False),
    # Leads to the log, and from there to what became of it.
    Column("request_id", Text),
    CheckConstraint("length(body_sha256) = 64", name="hash_not_body"),
    Index("ix_signed_calls_of_key", "key_id", "id"),
)

AUDIT_KEPT = timedelta(days=400)
_READING = ("GET", "HEAD", "OPTIONS")


class AuditedCall(NamedTuple):
    """One row with the part of the key that may be seen."""

    id: int
    at: datetime
    key: str
    method: str
    path: str
    address: str
    body_sha256: str
    body_bytes: int
    request_id: str | None


_C = signed_calls.c
_LATEST = Query(
    select(
        _C.id,
        _C.at,
        api_keys.c.prefix,
        _C.method,
        _C.path,
        _C.address,
        _C.body_sha256,
        _C.body_bytes,
        _C.request_id,
    )
    .join_from(signed_calls, api_keys, api_keys.c.id == _C.key_id)
    .where(api_keys.c.partner_id == bindparam("partner_id"))
    .order_by(_C.id.desc())
    .limit(bindparam("most")),
    AuditedCall,
)
# The oldest have the lowest numbers, nearly: a thousand are looked at, however many there are.
_OLDEST = select(_C.id).order_by(_C.id).limit(1000)
_FORGET = Change(
    delete(signed_calls).where(
        _C.id.in_(_OLDEST.scalar_subquery()), _C.at < bindparam("before", type_=UtcTime())
    )
)


# Most signed calls come to a few paths.
_shown = lru_cache(maxsize=256)(redacted_address)


def audit_signed_call(unit: UnitOfWork, key_id: int, call: SignedCall, *, address: str) -> None:
    """Keep who asked for what; calls that only read are left out."""
    if call.method.upper() in _READING:
        return
    unit.add(
        signed_calls,
        id=unit.new_id(signed_calls),
        key_id=key_id,
        at=unit.now,
        method=call.method,
        path=_shown(call.path),
        address=address,
        nonce=call.nonce,
        body_sha256=sha256(call.body).hexdigest(),
        body_bytes=len(call.body),
        request_id=unit.request_id,
    )


def signed_calls_of(unit: Reading, partner_id: int, *, most: int) -> list[AuditedCall]:
    """A partner's latest signed calls that changed something, newest first."""
    return unit.all(_LATEST, partner_id=partner_id, most=most)


def forget_old_signed_calls(unit: UnitOfWork) -> int:
    """Drop what is older than a year and a month; returns how many."""
    gone = 0
    while dropped := unit.change(_FORGET, before=unit.now - AUDIT_KEPT):
        gone += dropped
    return gone
