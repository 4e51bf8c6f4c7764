"""Forms that act: in whose name, once however often the button is pressed, and refused at the field that is wrong."""

import secrets
from collections.abc import Callable, Mapping
from typing import TypeVar

from makeline.admin.visit import Visit
from makeline.commerce.accounts.members import Member
from makeline.foundation.idempotency import StoredAnswer, answer, claim_of, take
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

T = TypeVar("T")
# The field that every form of these pages carries.
KEY = "once"
_DONE = StoredAnswer(303, "done")
_LONGEST_KEY = 64


async def act_once(
    visit: Visit, work: Callable[[UnitOfWork], T], *, fields: Mapping[str, str] | None = None
) -> T | None:
    """Run a verb in one unit; None when this very form has done it before. A refusal leaves everything as it was.

    ``fields``: how the form calls what the verb calls otherwise, so that a refusal is told at the field.
    """
    key = visit.form.text(KEY)[:_LONGEST_KEY]
    claim = None
    if key:
        said = repr(sorted(visit.form.fields.items())).encode()
        claim = claim_of(f"form of {visit.member.user_id}", key, visit.request.scope["path"].encode(), said)

    def act(unit: UnitOfWork) -> T | None:
        if claim is not None and take(unit, claim) is not None:
            return None
        done = work(unit)
        if claim is not None:
            answer(unit, claim, _DONE)
        return done

    try:
        return await visit.begin(act)
    except Invalid as refusal:
        raise told_at(refusal, fields or {}) from None


def told_at(refusal: Invalid, fields: Mapping[str, str]) -> Invalid:
    """The same refusal in the form's own names."""
    return Invalid(
        *(
            FieldProblem(fields.get(problem.field, problem.field), problem.message, problem.received)
            for problem in refusal.problems
        )
    )


def member_of(visit: Visit) -> Member:
    """Who acts, as the verbs of the rooms want to know him."""
    session = visit.member
    return Member(session.user_id, session.sign_in_id, session.username, session.role)


def fresh_key() -> str:
    """What a form carries, so that it does its work once."""
    return secrets.token_urlsafe(16)
