"""A machine is set up: staff reads out a code, whoever stands there types it, and the machine has its own key."""

import hashlib
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from makeline.cases.machines.keys import IssuedKey, issue_key
from makeline.cases.machines.models import Machine, enrolment_codes
from makeline.cases.machines.queries import fleet
from makeline.cases.machines.scopes import EVERY_SCOPE
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal, Unrecognised
from makeline.kernel.ids import random_text

CODE_LIFETIME = timedelta(minutes=15)
# So long staff may still see that a code was made, and whether it was used.
_KEPT_FOR = timedelta(days=7)
# Fifty bits: at five tries a minute for a quarter of an hour nobody guesses it, and it can be read aloud.
_LENGTH = 10
# What people write for the letters that a code never holds.
_MEANT = str.maketrans("OILU", "011V")

_FORGET = Change(
    delete(enrolment_codes).where(
        enrolment_codes.c.machine_id == bindparam("machine_id"), enrolment_codes.c.used_at.is_(None)
    )
)


class _Code(NamedTuple):
    id: int
    machine_id: int


_GOOD = Query(
    select(enrolment_codes.c.id, enrolment_codes.c.machine_id).where(
        enrolment_codes.c.code_hash == bindparam("code_hash"),
        enrolment_codes.c.used_at.is_(None),
        enrolment_codes.c.expires_at > bindparam("now", type_=UtcTime()),
    ),
    _Code,
)
_FORGET_OLD = Change(
    delete(enrolment_codes).where(enrolment_codes.c.expires_at < bindparam("before", type_=UtcTime()))
)
_USE = Change(
    update(enrolment_codes)
    .where(enrolment_codes.c.id == bindparam("code_id"), enrolment_codes.c.used_at.is_(None))
    .values(used_at=bindparam("now", type_=UtcTime()))
)


class NobodysMachine(Refusal):
    """A machine without a partner has nobody to speak for."""

    code = "MACHINE_WITHOUT_PARTNER"
    kind = Kind.CONFLICT


class Enrolled(NamedTuple):
    """The machine and its fresh key."""

    machine: Machine
    key: IssuedKey


def make_enrolment_code(unit: UnitOfWork, machine: Machine) -> str:
    """A code for one machine, good once and for a quarter of an hour; earlier ones that nobody used are gone."""
    if machine.partner_id is None:
        raise NobodysMachine(f"the machine {machine.key} is operated by no partner")
    unit.change(_FORGET, machine_id=machine.id)
    code = random_text(_LENGTH)
    unit.add(
        enrolment_codes,
        id=unit.new_id(enrolment_codes),
        machine_id=machine.id,
        code_hash=_hash(code),
        created_at=unit.now,
        expires_at=unit.now + CODE_LIFETIME,
    )
    return f"{code[:5]}-{code[5:]}"


def enrol_machine(unit: UnitOfWork, code: str) -> Enrolled:
    """The machine's own key for its code. Unknown, used and too old are one and the same no."""
    found = unit.first(_GOOD, code_hash=_hash(code), now=unit.now)
    if found is None or not unit.change(_USE, code_id=found.id, now=unit.now):
        raise Unrecognised("this code is not good: unknown, used already, or older than 15 minutes")
    machine = fleet(unit).by_id[found.machine_id]
    if machine.partner_id is None:
        raise NobodysMachine(f"the machine {machine.key} is operated by no partner")
    return Enrolled(machine, issue_key(unit, machine.partner_id, scopes=EVERY_SCOPE, machine=machine))


def forget_old_codes(unit: UnitOfWork) -> int:
    """Drop codes, used or not, once they have been of no use for a week; returns how many."""
    return unit.change(_FORGET_OLD, before=unit.now - _KEPT_FOR)


def _hash(code: str) -> str:
    plain = code.upper().replace("-", "").replace(" ", "").translate(_MEANT)
    return hashlib.sha256(f"enrolment {plain}".encode("utf-8", "surrogatepass")).hexdigest()
