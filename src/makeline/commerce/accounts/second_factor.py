"""The second factor of staff: codes of an authenticator, each good once, and a few for who has lost it."""

import hashlib
import hmac
from base64 import b32encode
from collections.abc import Sequence
from datetime import datetime

import pyotp
from sqlalchemy import bindparam, delete, func, select, update

from makeline.commerce.accounts.events import SecondFactorChanged
from makeline.commerce.accounts.models import User
from makeline.commerce.accounts.queries import user_for_update
from makeline.commerce.accounts.sign_in import end_every_sign_in
from makeline.commerce.accounts.staff_models import SecondFactor, recovery_codes, second_factors
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal
from makeline.kernel.ids import random_text

# What the history calls it.
NOUN = "second factor"
RECOVERY_CODES = 10
_SALT_LENGTH = 32
# Two groups of five: 50 bits.
_GROUP = 5
_STEP_SECONDS = 30
# One step to either side, for clocks that go wrong.
_STEPS_ASIDE = 1
_ISSUER = "Makeline"

_F, _R = second_factors.c, recovery_codes.c
_OF_USER = Query(select(second_factors).where(_F.user_id == bindparam("user_id")), SecondFactor)
_TAKE_STEP = Change(
    update(second_factors)
    .where(_F.id == bindparam("factor_id"), _F.last_step < bindparam("step"))
    .values(last_step=bindparam("step"))
)
_SPEND = Change(
    update(recovery_codes)
    .where(
        _R.factor_id == bindparam("factor_id"),
        _R.code_hash == bindparam("code_hash"),
        _R.used_at.is_(None),
    )
    .values(used_at=bindparam("now", type_=UtcTime()))
)
_LEFT: Query[tuple[int]] = Query(
    select(func.count())
    .select_from(recovery_codes)
    .where(_R.factor_id == bindparam("factor_id"), _R.used_at.is_(None)),
    tuple,
)
_FORGET_CODES = Change(delete(recovery_codes).where(_R.factor_id == bindparam("factor_id")))
_FORGET = Change(delete(second_factors).where(_F.id == bindparam("factor_id")))


class NoSecondFactor(Refusal):
    """There is none to be taken away or changed."""

    code = "NO_SECOND_FACTOR"
    kind = Kind.CONFLICT


def fresh_salt() -> str:
    """For a secret that nobody had before."""
    return random_text(_SALT_LENGTH)


def secret_of(key: bytes, user_id: int, salt: str) -> str:
    """The secret as an authenticator takes it (base 32, 160 bits): derived, so that it lies nowhere. Pure."""
    digest = hmac.digest(key, f"second factor of {user_id}: {salt}".encode(), "sha256")
    return b32encode(digest[:20]).decode()


def address_of(secret: str, username: str) -> str:
    """What the picture that an authenticator reads says."""
    return pyotp.TOTP(secret).provisioning_uri(name=username, issuer_name=_ISSUER)


def step_of(secrets: Sequence[str], code: str, *, now: datetime, after: int) -> int | None:
    """The step of time, later than ``after``, whose code this is; None for a code that is wrong, old or used. Pure."""
    said = "".join(code.split()).encode("utf-8", "surrogatepass")
    at = int(now.timestamp()) // _STEP_SECONDS
    found = None
    for step in range(at - _STEPS_ASIDE, at + _STEPS_ASIDE + 1):
        for secret in secrets:
            if hmac.compare_digest(pyotp.HOTP(secret).at(step).encode(), said) and step > after:
                found = step
    return found


def second_factor_of(unit: Reading, user_id: int) -> SecondFactor | None:
    """His, if he has one."""
    return unit.first(_OF_USER, user_id=user_id)


def recovery_codes_left(unit: Reading, factor_id: int) -> int:
    """How many are still good."""
    found = unit.first(_LEFT, factor_id=factor_id)
    return found[0] if found else 0


def set_up_second_factor(
    unit: UnitOfWork, user_id: int, *, keys: Sequence[bytes], salt: str, code: str, present: str, here: int
) -> list[str]:
    """The first ``code`` of an authenticator that was given the secret of ``salt``; returns the recovery codes.

    Who has one already shows it with ``present``. All his sign-ins but ``here`` end. Raises ``Invalid``.
    """
    user = user_for_update(unit, user_id)
    if len(salt) != _SALT_LENGTH or not salt.isalnum() or not salt.isascii():
        raise Invalid(FieldProblem("salt", "is not from a page of ours: begin again"))
    old = second_factor_of(unit, user_id)
    if old is not None:
        take_code(unit, user_id, keys=keys, code=present, field="present")
        _forget(unit, old.id)
    step = step_of([secret_of(keys[0], user_id, salt)], code, now=unit.now, after=0)
    if step is None:
        raise Invalid(FieldProblem("code", "is not what your authenticator shows now"))
    factor_id = unit.new_id(second_factors)
    unit.add(second_factors, id=factor_id, user_id=user_id, salt=salt, created_at=unit.now, last_step=step)
    codes = _new_codes(unit, factor_id, keys[0])
    end_every_sign_in(unit, user_id, but=here)
    _tell(unit, user, "set" if old else "", "set", "set up")
    return codes


def take_code(
    unit: UnitOfWork, user_id: int, *, keys: Sequence[bytes], code: str, field: str = "code"
) -> None:
    """A code of his authenticator or one of his recovery codes, and never again; raises ``Invalid`` naming ``field``."""
    factor = second_factor_of(unit, user_id)
    if factor is None:
        raise NoSecondFactor("there is no second factor")
    secrets = [secret_of(key, user_id, factor.salt) for key in keys]
    step = step_of(secrets, code, now=unit.now, after=factor.last_step)
    # Two who show one code at once: the database lets one of them in.
    if step is not None and unit.change(_TAKE_STEP, factor_id=factor.id, step=step):
        return
    for key in keys:
        if unit.change(_SPEND, factor_id=factor.id, code_hash=_hash(key, factor.id, code), now=unit.now):
            user = user_for_update(unit, user_id)
            _tell(unit, user, "set", "set", "recovery code used")
            return
    raise Invalid(FieldProblem(field, "is wrong, too old, or was used before"))


def renew_recovery_codes(unit: UnitOfWork, user_id: int, *, keys: Sequence[bytes], code: str) -> list[str]:
    """Ten new ones for who shows a code; the old ones are good for nothing."""
    user = user_for_update(unit, user_id)
    take_code(unit, user_id, keys=keys, code=code)
    factor = second_factor_of(unit, user_id)
    assert factor is not None
    unit.change(_FORGET_CODES, factor_id=factor.id)
    _tell(unit, user, "set", "set", "recovery codes renewed")
    return _new_codes(unit, factor.id, keys[0])


def reset_second_factor(unit: UnitOfWork, user_id: int) -> None:
    """An admin takes it away, for who has lost both; all his sign-ins end. Raises ``NoSecondFactor``."""
    user = user_for_update(unit, user_id)
    factor = second_factor_of(unit, user_id)
    if factor is None:
        raise NoSecondFactor(f"{user.username} has no second factor")
    _forget(unit, factor.id)
    end_every_sign_in(unit, user_id)
    _tell(unit, user, "set", "none", "reset by an admin")


def _forget(unit: UnitOfWork, factor_id: int) -> None:
    unit.change(_FORGET_CODES, factor_id=factor_id)
    unit.change(_FORGET, factor_id=factor_id)


def _new_codes(unit: UnitOfWork, factor_id: int, key: bytes) -> list[str]:
    codes = [f"{random_text(_GROUP)}-{random_text(_GROUP)}" for _ in range(RECOVERY_CODES)]
    for code in codes:
        unit.add(
            recovery_codes,
            id=unit.new_id(recovery_codes),
            factor_id=factor_id,
            code_hash=_hash(key, factor_id, code),
            used_at=None,
        )
    return codes


def _tell(unit: UnitOfWork, user: User, before: str, after: str, cause: str) -> None:
    unit.note(NOUN, user.id, before, after, cause=cause)
    unit.emit(SecondFactorChanged(user.id, cause))


def _hash(key: bytes, factor_id: int, code: str) -> str:
    # As people write it: any case, with or without the dash, and letters for the digits they look like.
    plain = "".join(code.upper().replace("-", "").split()).translate(str.maketrans("OIL", "011"))
    said = f"recovery code of {factor_id}: {plain}".encode("utf-8", "surrogatepass")
    return hmac.new(key, said, hashlib.sha256).hexdigest()
