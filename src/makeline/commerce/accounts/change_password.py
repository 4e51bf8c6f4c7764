"""A new password ends every sign-in but the one it was changed with."""

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.queries import user_for_update, user_of
from makeline.commerce.accounts.sign_in import end_every_sign_in
from makeline.commerce.accounts.sign_up import checked_password
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

_STORE = Change(
    update(users)
    .where(users.c.id == bindparam("user_id"))
    .values(password_hash=bindparam("new_password_hash"))
)
_WRONG = FieldProblem("current_password", "is not the present password")


async def change_password(
    begin: Begin, passwords: PasswordPool, *, user_id: int, sign_in_id: int, current: str, wanted: str
) -> int:
    """Asks for the present password once more; returns how many other sign-ins it ended."""
    actor = f"user {user_id}"
    user = await begin(lambda unit: user_of(unit, user_id), actor=actor)
    checked_password(wanted, user.username)
    if not await passwords.matches(user.password_hash, current):
        raise Invalid(_WRONG)
    password_hash = await passwords.hash(wanted)

    def store(unit: UnitOfWork) -> int:
        # Changed by somebody else meanwhile: what was just checked is the present one no more.
        if user_for_update(unit, user_id).password_hash != user.password_hash:
            raise Invalid(_WRONG)
        return set_password(unit, user_id, password_hash=password_hash, but=sign_in_id)

    return await begin(store, actor=actor)


def set_password(unit: UnitOfWork, user_id: int, *, password_hash: str, but: int | None = None) -> int:
    """Store it; all his sign-ins end, but perhaps one. Returns how many did."""
    unit.change(_STORE, user_id=user_id, new_password_hash=password_hash)
    return end_every_sign_in(unit, user_id, but=but)
