"""Who is what: said by admins, true from the next request on, and never without one admin left."""

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.queries import ids_of_role_for_update, open_sign_ins, user_for_update
from makeline.commerce.accounts.sign_in import sign_in_topic
from makeline.commerce.accounts.states import ROLES, Role
from makeline.foundation.columns import Word
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Kind, Refusal

_STORE = Change(
    update(users)
    .where(users.c.id == bindparam("user_id"))
    .values(role=bindparam("new_role", type_=Word(Role)))
)


class LastAdmin(Refusal):
    """Nobody could say who is what any more."""

    code = "LAST_ADMIN"
    kind = Kind.CONFLICT


def change_role(unit: UnitOfWork, user_id: int, role: Role) -> None:
    """The same again changes nothing. His open sign-ins have the new role from their next request on."""
    # Locked before the person himself, in one order for everybody.
    admins = ids_of_role_for_update(unit, Role.ADMIN)
    user = user_for_update(unit, user_id)
    if user.role is role:
        return
    if user.role is Role.ADMIN and admins == [user.id]:
        raise LastAdmin("the last admin stays one")
    unit.move(ROLES, user.id, user.role, role, cause="role changed")
    unit.change(_STORE, user_id=user.id, new_role=role)
    for entry in open_sign_ins(unit, user.id):
        unit.touch(sign_in_topic(entry.id))


def role_for(is_admin: bool, current: Role) -> Role:
    """What the documented flag makes of a role; staff stay staff unless they become admins."""
    if is_admin:
        return Role.ADMIN
    return Role.CUSTOMER if current is Role.ADMIN else current
