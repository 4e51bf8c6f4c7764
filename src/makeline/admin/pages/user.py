"""One account: who it is, what belongs to it, where it is signed in, what it may do; for admins."""

from collections.abc import Mapping

from starlette.responses import Response

from makeline.admin.acting import member_of
from makeline.admin.lists import states_of
from makeline.admin.page import May, Page, Post
from makeline.admin.questions.actors import names_of_actors
from makeline.admin.questions.people import PersonFile, person_file
from makeline.admin.visit import Visit
from makeline.commerce.accounts.appoint import appoint, sign_out, take_second_factor
from makeline.commerce.accounts.states import Role
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FieldProblem, Invalid

_AT = "/staff/users/{user_id}"


async def show(visit: Visit) -> Response:
    """Everything about it."""

    def look(unit: Reading) -> tuple[PersonFile, Mapping[str, str]]:
        found = person_file(unit, visit.id("user_id"))
        return found, names_of_actors(unit, [entry.actor for entry in found.story])

    found, names = await visit.read(look)
    return visit.render(
        "user.html",
        file=found,
        user=found.user,
        names=names,
        roles=states_of(visit, Role),
    )


async def change_role(visit: Visit) -> Response:
    """What he may do, from his next request on."""
    admin, user_id, said = member_of(visit), visit.id("user_id"), visit.form.text("role")
    if said not in tuple(Role):
        raise Invalid(FieldProblem("role", "is no role", said[:40]))
    await visit.begin(lambda unit: appoint(unit, admin, user_id, Role(said)))
    return _back(visit, "role_changed")


async def end_sign_ins(visit: Visit) -> Response:
    """One of his sign-ins, or all of them, are good for nothing from now on."""
    admin, user_id = member_of(visit), visit.id("user_id")
    only = visit.form.number("sign_in") if visit.form.text("sign_in") else None
    ended = await visit.begin(lambda unit: sign_out(unit, admin, user_id, only=only))
    return _back(visit, "sign_ins_ended", n=ended)


async def reset_factor(visit: Visit) -> Response:
    """He has lost his authenticator and his codes: he sets up another one when he comes back."""
    admin, user_id = member_of(visit), visit.id("user_id")
    await visit.begin(lambda unit: take_second_factor(unit, admin, user_id))
    return _back(visit, "factor_reset")


def _back(visit: Visit, notice: str, **values: object) -> Response:
    return visit.go(_AT.format(user_id=visit.id("user_id")), notice, **values)


PAGE = Page(
    _AT,
    "user",
    show,
    may=May.ADMIN,
    posts=(
        Post(f"{_AT}/role", change_role, may=May.ADMIN),
        Post(f"{_AT}/end-sign-ins", end_sign_ins, may=May.ADMIN),
        Post(f"{_AT}/reset-second-factor", reset_factor, may=May.ADMIN),
    ),
)
