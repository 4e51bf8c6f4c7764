"""Repeat a POST safely: the same ``Idempotency-Key`` gets the same answer and has one effect.

The answer is stored in the very unit that has the effect, so that either both exist or neither. Work that spans
several units takes the key first (``take``) and stores the answer last; it is itself safe to repeat, so a key whose
owner died may be taken over after the lease.
"""

import hashlib
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Index, Integer, Table, Text, bindparam, delete, select, update

from makeline.foundation.columns import UtcTime, identity, metadata
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Kind, Refusal

LIFETIME = timedelta(hours=24)
# Longer than drawing a print and waiting for the partner; a process that died holds nobody up for long.
_LEASE = timedelta(seconds=15)
_REUSED = "this Idempotency-Key was used for another request"

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    identity(),
    Column("scope", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("request_hash", Text, nullable=False),
    Column("status", Integer),
    Column("answer", Text),
    Column("taken_at", UtcTime(), nullable=False),
    CheckConstraint("(status IS NULL) = (answer IS NULL)", name="answered_or_not"),
    Index("uq_idempotency_keys_scope_key", "scope", "key", unique=True),
    Index("ix_idempotency_keys_taken_at", "taken_at"),
)


class KeyReused(Refusal):
    """The key was used before, for another request."""

    code = "IDEMPOTENCY_KEY_REUSED"
    kind = Kind.INVALID


class StillRunning(Refusal):
    """The first request with this key has not been answered yet."""

    code = "REQUEST_STILL_RUNNING"
    kind = Kind.CONFLICT


class StoredAnswer(NamedTuple):
    """Status and body that the first request got."""

    status: int
    body: str


class Claim(NamedTuple):
    """A key as its caller sent it, with a fingerprint of the request it belongs to."""

    scope: str
    key: str
    request_hash: str


class _Kept(NamedTuple):
    id: int
    request_hash: str
    status: int | None
    answer: str | None
    taken_at: datetime


_FIND = Query(
    select(
        idempotency_keys.c.id,
        idempotency_keys.c.request_hash,
        idempotency_keys.c.status,
        idempotency_keys.c.answer,
        idempotency_keys.c.taken_at,
    ).where(idempotency_keys.c.scope == bindparam("scope"), idempotency_keys.c.key == bindparam("key")),
    _Kept,
)
_ANSWER = Change(
    update(idempotency_keys)
    .where(
        idempotency_keys.c.scope == bindparam("claim_scope"), idempotency_keys.c.key == bindparam("claim_key")
    )
    .values(status=bindparam("status"), answer=bindparam("answer"))
)
_TAKE_OVER = Change(
    update(idempotency_keys)
    .where(idempotency_keys.c.id == bindparam("key_id"), idempotency_keys.c.taken_at == bindparam("seen"))
    .values(taken_at=bindparam("now"), request_hash=bindparam("request_hash"), status=None, answer=None)
)
_LET_GO = Change(
    delete(idempotency_keys).where(
        idempotency_keys.c.scope == bindparam("scope"),
        idempotency_keys.c.key == bindparam("key"),
        idempotency_keys.c.status.is_(None),
    )
)
_FORGET = Change(delete(idempotency_keys).where(idempotency_keys.c.taken_at < bindparam("before")))


def claim_of(scope: str, key: str, *request: bytes) -> Claim:
    """A claim on ``key`` for a request made of these bytes (method, path, body)."""
    digest = hashlib.sha256()
    for part in request:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return Claim(scope, key, digest.hexdigest())


def take(unit: UnitOfWork, claim: Claim) -> StoredAnswer | None:
    """Take the key: None when the work is ours to do, else the answer of the first time.

    Raises ``KeyReused`` for another request under the same key, ``StillRunning`` while the first one runs.
    """
    kept = unit.first(_FIND, scope=claim.scope, key=claim.key)
    if kept is None:
        unit.add(
            idempotency_keys,
            id=unit.new_id(idempotency_keys),
            scope=claim.scope,
            key=claim.key,
            request_hash=claim.request_hash,
            taken_at=unit.now,
        )
        return None
    if kept.taken_at < unit.now - LIFETIME:
        _take_over(unit, kept, claim)
        return None
    if kept.request_hash != claim.request_hash:
        raise KeyReused(_REUSED)
    if kept.status is not None and kept.answer is not None:
        return StoredAnswer(kept.status, kept.answer)
    if kept.taken_at > unit.now - _LEASE:
        raise _still_running()
    _take_over(unit, kept, claim)
    return None


def given_before(unit: Reading, claim: Claim) -> StoredAnswer | None:
    """The answer of the first time, if there is one already; takes nothing. Raises ``KeyReused``."""
    kept = unit.first(_FIND, scope=claim.scope, key=claim.key)
    if kept is None or kept.taken_at < unit.now - LIFETIME:
        return None
    if kept.request_hash != claim.request_hash:
        raise KeyReused(_REUSED)
    return (
        StoredAnswer(kept.status, kept.answer)
        if kept.status is not None and kept.answer is not None
        else None
    )


def _take_over(unit: UnitOfWork, kept: _Kept, claim: Claim) -> None:
    taken = unit.change(
        _TAKE_OVER, key_id=kept.id, seen=kept.taken_at, now=unit.now, request_hash=claim.request_hash
    )
    if not taken:
        raise _still_running()


def _still_running() -> StillRunning:
    return StillRunning(
        "the first request with this Idempotency-Key is still running",
        retry_after=int(_LEASE.total_seconds()),
    )


def answer(unit: UnitOfWork, claim: Claim, stored: StoredAnswer) -> None:
    """Store what the caller is told."""
    unit.put(_ANSWER, claim_scope=claim.scope, claim_key=claim.key, status=stored.status, answer=stored.body)


def let_go(unit: UnitOfWork, claim: Claim) -> None:
    """The request was refused: a refusal is not stored, the key is free for another try."""
    unit.put(_LET_GO, scope=claim.scope, key=claim.key)


def forget_old_keys(unit: UnitOfWork) -> int:
    """Drop keys past their lifetime; returns how many."""
    return unit.change(_FORGET, before=unit.now - LIFETIME)
