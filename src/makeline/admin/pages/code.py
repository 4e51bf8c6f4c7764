"""The second step of signing in: a code of the authenticator, or a recovery code."""

from starlette.responses import Response

from makeline.admin.cookies import SESSION
from makeline.admin.page import May, Page, Post
from makeline.admin.pages.sign_in import onward
from makeline.admin.tries import try_a_code
from makeline.admin.visit import Visit
from makeline.commerce.accounts.second_factor import take_code
from makeline.commerce.accounts.staff_session import Standing, prove_session
from makeline.foundation.unit_of_work import UnitOfWork


async def show(visit: Visit) -> Response:
    """The field for it; who need not show one goes on."""
    if visit.standing is not Standing.CODE_WANTED:
        return visit.go(onward(visit))
    return visit.render("code.html", onward=onward(visit))


async def check(visit: Visit) -> Response:
    """The browser is let in, with another token than before."""
    if visit.standing is not Standing.CODE_WANTED:
        return visit.go(onward(visit))
    session, keys = visit.member, visit.office.keys

    def prove(unit: UnitOfWork) -> str:
        take_code(unit, session.user_id, keys=keys, code=visit.form.text("code"))
        return prove_session(unit, session.id)

    token = await try_a_code(visit, prove)
    answer = visit.go(onward(visit))
    SESSION.give(answer, token, secure=visit.office.secure)
    return answer


PAGE = Page(
    "/staff/sign-in/code",
    "code",
    show,
    may=May.KNOWN,
    posts=(Post("/staff/sign-in/code", check, may=May.KNOWN),),
)
