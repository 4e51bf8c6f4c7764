"""One's own second factor: set up, replaced, and codes for the day when it is lost."""

import segno
from starlette.responses import Response

from makeline.admin.cookies import SESSION
from makeline.admin.page import May, Page, Post
from makeline.admin.tries import try_a_code
from makeline.admin.visit import Visit
from makeline.commerce.accounts.second_factor import (
    address_of,
    fresh_salt,
    recovery_codes_left,
    renew_recovery_codes,
    secret_of,
    set_up_second_factor,
)
from makeline.commerce.accounts.staff_session import Standing, prove_session
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotAllowed

_CODE_PAGE = "/staff/sign-in/code"


async def show(visit: Visit) -> Response:
    """How it stands; for who has none, or wants another, the picture that an authenticator reads."""
    if visit.standing is Standing.CODE_WANTED:
        return visit.go(_CODE_PAGE)
    member = visit.member
    if member.factor_id is not None and not visit.query("replace") and "salt" not in visit.form.fields:
        factor_id = member.factor_id
        left = await visit.read(lambda unit: recovery_codes_left(unit, factor_id))
        return visit.render("second_factor.html", left=left)
    salt = visit.typed("salt") or fresh_salt()
    secret = secret_of(visit.office.keys[0], member.user_id, salt)
    picture = segno.make(address_of(secret, member.username), error="m", micro=False)
    return visit.render(
        "second_factor_set_up.html",
        salt=salt,
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        picture=picture.svg_data_uri(scale=5, border=3, light="#ffffff"),
    )


async def set_up(visit: Visit) -> Response:
    """The first code proves that the authenticator has the secret; the recovery codes are shown once, now."""
    _must_be_in(visit)
    member, form, keys = visit.member, visit.form, visit.office.keys

    def keep(unit: UnitOfWork) -> tuple[list[str], str]:
        codes = set_up_second_factor(
            unit,
            member.user_id,
            keys=keys,
            salt=form.text("salt"),
            code=form.text("code"),
            present=form.text("present"),
            here=member.sign_in_id,
        )
        return codes, prove_session(unit, member.id)

    codes, token = await try_a_code(visit, keep)
    visit.token = token
    answer = visit.render("recovery_codes.html", codes=codes)
    SESSION.give(answer, token, secure=visit.office.secure)
    return answer


async def renew(visit: Visit) -> Response:
    """Ten new recovery codes, shown once."""
    member, keys, code = visit.member, visit.office.keys, visit.form.text("code")
    codes = await try_a_code(
        visit, lambda unit: renew_recovery_codes(unit, member.user_id, keys=keys, code=code)
    )
    return visit.render("recovery_codes.html", codes=codes)


def _must_be_in(visit: Visit) -> None:
    if visit.standing is Standing.CODE_WANTED:
        raise NotAllowed("show the code of your authenticator first")


PAGE = Page(
    "/staff/second-factor",
    "second_factor",
    show,
    may=May.KNOWN,
    posts=(
        Post("/staff/second-factor/set-up", set_up, may=May.KNOWN),
        Post("/staff/second-factor/codes", renew),
    ),
)
