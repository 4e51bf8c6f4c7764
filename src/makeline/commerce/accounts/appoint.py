"""What admins alone do about other people: say who is what, end their sign-ins, take a lost second factor away."""

from makeline.commerce.accounts.change_role import change_role
from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.queries import open_sign_ins, user_of
from makeline.commerce.accounts.second_factor import reset_second_factor
from makeline.commerce.accounts.sign_in import end_sign_ins
from makeline.commerce.accounts.states import Role
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotAllowed

# What the history calls it.
SIGN_INS = "sign-ins"


def must_be_admin(member: Member) -> None:
    """Raises ``NotAllowed`` for whoever may not say who is what."""
    if member.role is not Role.ADMIN:
        raise NotAllowed("this needs another role than yours")


def appoint(unit: UnitOfWork, admin: Member, user_id: int, role: Role) -> None:
    """Somebody is this from now on; the same again is no change. Raises ``NotAllowed``, ``NotFound``, ``LastAdmin``."""
    must_be_admin(admin)
    change_role(unit, user_id, role)


def sign_out(unit: UnitOfWork, admin: Member, user_id: int, *, only: int | None = None) -> int:
    """End what somebody has open, or ``only`` one of it; returns how many ended. Raises ``NotAllowed``, ``NotFound``."""
    must_be_admin(admin)
    user = user_of(unit, user_id)
    opened = [entry.id for entry in open_sign_ins(unit, user.id) if only in (None, entry.id)]
    ended = end_sign_ins(unit, opened)
    if ended:
        unit.note(SIGN_INS, user.id, f"{ended} open", "ended", cause="ended by an admin")
    return ended


def take_second_factor(unit: UnitOfWork, admin: Member, user_id: int) -> None:
    """For who has lost it and its recovery codes. Raises ``NotAllowed``, ``NotFound``, ``NoSecondFactor``."""
    must_be_admin(admin)
    reset_second_factor(unit, user_id)
