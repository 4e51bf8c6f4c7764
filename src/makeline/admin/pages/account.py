"""One's own account: where one is signed in."""

from starlette.responses import Response

from makeline.admin.page import Page, Post
from makeline.admin.visit import Visit
from makeline.commerce.accounts.queries import open_sign_ins
from makeline.commerce.accounts.sign_in import end_every_sign_in, end_sign_ins
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound


async def show(visit: Visit) -> Response:
    """Every sign-in that is open, this one marked."""
    entries = await visit.read(lambda unit: open_sign_ins(unit, visit.member.user_id))
    return visit.render("account.html", entries=entries)


async def end_one(visit: Visit) -> Response:
    """End one of them; another one's is not found."""
    sign_in_id = visit.form.number("sign_in")

    def end(unit: UnitOfWork) -> None:
        if sign_in_id not in {entry.id for entry in open_sign_ins(unit, visit.member.user_id)}:
            raise NotFound("you have no such sign-in")
        end_sign_ins(unit, [sign_in_id])

    await visit.begin(end)
    return visit.go(PAGE.path, "sign_in_ended")


async def end_others(visit: Visit) -> Response:
    """End all but this one."""
    member = visit.member
    ended = await visit.begin(lambda unit: end_every_sign_in(unit, member.user_id, but=member.sign_in_id))
    return visit.go(PAGE.path, "sign_ins_ended", n=ended)


PAGE = Page(
    "/staff/account",
    "account",
    show,
    posts=(
        Post("/staff/account/end-sign-in", end_one),
        Post("/staff/account/end-others", end_others),
    ),
)
