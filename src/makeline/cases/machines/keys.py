"""API keys of partners and machines: made, shown once, revoked. Only a hash of the secret is kept."""

import hashlib
import re
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select, update

from makeline.cases.machines.access import TOPIC
from makeline.cases.machines.models import Machine, api_keys, partners
from makeline.cases.machines.scopes import Scope, scopes_text
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, NotFound, Refusal
from makeline.kernel.ids import random_text

KEY_START = "mk_"
# 40 bits that may be seen, 160 that may not.
_PREFIX_LENGTH = 8
_SECRET_LENGTH = 32
_SHAPE = re.compile(rf"mk_[0-9A-Z]{{{_PREFIX_LENGTH}}}_[0-9A-Z]{{{_SECRET_LENGTH}}}")


class _Name(NamedTuple):
    name: str


class _State(NamedTuple):
    id: int
    revoked_at: object


_PARTNER = Query(select(partners.c.name).where(partners.c.id == bindparam("partner_id")), _Name)
_KEY = Query(
    select(api_keys.c.id, api_keys.c.revoked_at).where(api_keys.c.prefix == bindparam("prefix")), _State
)
_REVOKE = Change(
    update(api_keys)
    .where(api_keys.c.id == bindparam("key_id"), api_keys.c.revoked_at.is_(None))
    .values(revoked_at=bindparam("now", type_=UtcTime()))
)
_USED = Change(
    update(api_keys)
    .where(api_keys.c.id == bindparam("key_id"))
    .values(last_used_at=bindparam("now", type_=UtcTime()))
)


class IssuedKey(NamedTuple):
    """A fresh key; ``text`` is shown once and never again. ``secret_hash`` is what stands in the table."""

    text: str
    prefix: str
    secret_hash: str


class NotHisMachine(Refusal):
    """A key for a machine that another partner operates."""

    code = "NOT_HIS_MACHINE"
    kind = Kind.CONFLICT


def issue_key(
    unit: UnitOfWork,
    partner_id: int,
    *,
    scopes: frozenset[Scope],
    machine: Machine | None = None,
    lifetime: timedelta | None = None,
) -> IssuedKey:
    """A further key beside those that exist: that is how one is replaced without a pause."""
    if unit.first(_PARTNER, partner_id=partner_id) is None:
        raise NotFound("there is no such partner")
    if machine is not None and machine.partner_id != partner_id:
        raise NotHisMachine(f"the machine {machine.key} is not operated by this partner")
    prefix = KEY_START + random_text(_PREFIX_LENGTH)
    text = f"{prefix}_{random_text(_SECRET_LENGTH)}"
    issued = IssuedKey(text, prefix, hash_of_key(text))
    unit.add(
        api_keys,
        id=unit.new_id(api_keys),
        partner_id=partner_id,
        machine_id=machine.id if machine else None,
        prefix=prefix,
        secret_hash=issued.secret_hash,
        scopes=scopes_text(scopes),
        created_at=unit.now,
        expires_at=unit.now + lifetime if lifetime else None,
    )
    unit.touch(TOPIC)
    return issued


def revoke_key(unit: UnitOfWork, prefix: str) -> bool:
    """The key opens nothing any more; False when that was so already. The whole key may be given, too."""
    prefix = prefix[: len(KEY_START) + _PREFIX_LENGTH]
    key = unit.first(_KEY, prefix=prefix)
    if key is None:
        raise NotFound(f"there is no key {prefix}")
    revoked = unit.change(_REVOKE, key_id=key.id, now=unit.now)
    unit.touch(TOPIC)
    return bool(revoked)


def note_use(unit: UnitOfWork, key_id: int) -> None:
    """Remember that the key was used; nobody's memory of the keys is renewed for it."""
    unit.put(_USED, key_id=key_id, now=unit.now)


def hash_of_key(text: str) -> str:
    """What is stored instead of the key; 160 random bits need no slow hash."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def key_prefix_in(text: str) -> str | None:
    """The part that may be seen, of a text that has the shape of our keys; None for any other."""
    return text[: len(KEY_START) + _PREFIX_LENGTH] if _SHAPE.fullmatch(text) else None
