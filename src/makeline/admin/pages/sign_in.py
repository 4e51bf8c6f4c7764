"""Sign in and out: a name and a password, then the second factor."""

from sqlalchemy import func, select
from starlette.responses import Response

from makeline.admin.cookies import DOOR, SESSION
from makeline.admin.page import May, Page, Post
from makeline.admin.visit import Visit
from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.sign_in import STAFF_ROLES, Visitor, check_password, end_sign_ins
from makeline.commerce.accounts.staff_session import Standing, open_staff_session
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.ids import random_text

_TOKEN_LENGTH = 32
_ANY: Query[tuple[int]] = Query(
    select(func.count()).select_from(
        select(users.c.id).where(users.c.role.in_(sorted(STAFF_ROLES))).limit(1).subquery()
    ),
    tuple,
)


async def show(visit: Visit) -> Response:
    """The form; who is signed in already goes on to where he wants."""
    if visit.standing is Standing.SIGNED_IN:
        return visit.go(onward(visit))
    fresh = "" if visit.token else random_text(_TOKEN_LENGTH)
    visit.token = visit.token or fresh
    anybody = await visit.read(_is_anybody_staff)
    answer = visit.render("sign_in.html", onward=onward(visit), nobody=not anybody)
    if fresh:
        DOOR.give(answer, fresh, secure=visit.office.secure)
    return answer


async def enter(visit: Visit) -> Response:
    """A browser of somebody who knows the password is let in, as far as the second factor."""
    office, request = visit.office, visit.request
    visitor = Visitor(office.place(request), request.headers.get("user-agent", ""))
    known = await check_password(
        office.signing,
        username=visit.form.text("username"),
        password=visit.form.text("password"),
        visitor=visitor,
    )
    token = await office.database.begin(
        lambda unit: open_staff_session(unit, known, visitor, rule=office.rule), actor=f"user {known.user_id}"
    )
    answer = visit.go(onward(visit))
    SESSION.give(answer, token, secure=office.secure)
    DOOR.take_back(answer, secure=office.secure)
    return answer


async def leave(visit: Visit) -> Response:
    """What this browser shows is good for nothing from now on."""
    sign_in_id = visit.member.sign_in_id
    await visit.begin(lambda unit: end_sign_ins(unit, [sign_in_id]))
    answer = visit.go("/staff/sign-in")
    SESSION.take_back(answer, secure=visit.office.secure)
    return answer


def onward(visit: Visit) -> str:
    """Where he wanted to go: a page of ours, else today."""
    return page_of_ours(visit.form.text("next") or visit.query("next"))


def page_of_ours(wanted: str) -> str:
    """The address if it leads to a page of staff and nowhere else; else that of today. Pure."""
    plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    inside = wanted == "/staff" or wanted.startswith(("/staff/", "/staff?"))
    return wanted if plain and inside and not wanted.startswith("/staff/sign-") else "/staff"


def _is_anybody_staff(unit: Reading) -> bool:
    found = unit.first(_ANY)
    return found is not None and found[0] > 0


PAGE = Page(
    "/staff/sign-in",
    "sign_in",
    show,
    may=May.ANYBODY,
    posts=(
        Post("/staff/sign-in", enter, may=May.ANYBODY),
        Post("/staff/sign-in/out", leave, may=May.KNOWN),
    ),
)
