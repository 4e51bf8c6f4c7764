"""Signed calls of partners: the secret they sign with, and nonces that are good once.

The signing secret is not stored. It is derived from a key of the server and from the hash that stands in the table, so
that neither a copy of the database nor the server's settings alone can sign.
"""

import hmac
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import bindparam, delete

from makeline.cases.machines.audit import audit_signed_call
from makeline.cases.machines.models import seen_nonces
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change, insert_or_ignore
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.signed_calls import MOST_SKEW, SignedCall

_MARK = "ms_"
# A call may be as far ahead of our clock as behind it: for so long after its arrival it could be repeated.
NONCE_LIFETIME = timedelta(seconds=2 * MOST_SKEW)
# A clock that was an hour ahead and is put right makes old calls fresh again: their nonces must still be there.
_LARGEST_JUMP = timedelta(minutes=65)
_PURPOSE = b"makeline signing secret 1 "

_SPEND = insert_or_ignore(seen_nonces, ("key_id", "nonce", "seen_at"))
_FORGET = Change(delete(seen_nonces).where(seen_nonces.c.seen_at < bindparam("before", type_=UtcTime())))


def signing_secrets(server_keys: Sequence[bytes], secret_hash: str) -> list[str]:
    """One secret for each of the server's keys; the first is the one that is handed out."""
    return [_MARK + hmac.digest(key, _PURPOSE + secret_hash.encode(), "sha256").hex() for key in server_keys]


def spend_nonce(unit: UnitOfWork, key_id: int, nonce: str) -> bool:
    """Take a nonce; False when it was taken before. Survives restarts, holds for all processes."""
    return unit.expect(_SPEND, key_id=key_id, nonce=nonce, seen_at=unit.now)


def accept_signed_call(unit: UnitOfWork, key_id: int, call: SignedCall, *, address: str) -> bool:
    """Take its nonce and keep who asked for what; False when the very call was made before.

    It may be the beginning of the unit that does what the call asks for.
    """
    if not spend_nonce(unit, key_id, call.nonce):
        return False
    audit_signed_call(unit, key_id, call, address=address)
    return True


def forget_old_nonces(unit: UnitOfWork) -> int:
    """Drop the nonces of calls whose time has long been over; returns how many."""
    return unit.change(_FORGET, before=unit.now - NONCE_LIFETIME - _LARGEST_JUMP)
