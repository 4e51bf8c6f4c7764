"""A password alone opens nothing once somebody has a second factor; each of its codes lets one browser in, once."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pyotp
import pytest
from hypothesis import given as given_that
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from makeline.commerce.accounts.queries import known_by_name
from makeline.commerce.accounts.second_factor import (
    NoSecondFactor,
    address_of,
    reset_second_factor,
    secret_of,
    step_of,
)
from makeline.commerce.accounts.states import Role
from tests.admin.browsers import SESSION, Browser, at_work, browser
from tests.given import Given
from tests.members import PASSWORD, becomes, register
from tests.web import OpenShop, open_shop

_NOW = datetime(2026, 11, 21, 12, 0, 5, tzinfo=UTC)
_SALT = re.compile(r'name="salt" value="(\w{32})"')
_KEY = re.compile(r"<pre><code>([A-Z2-7 ]+)</code></pre>")
_RECOVERY = re.compile(r"<li><code>(\w{5}-\w{5})</code></li>")


def _shown(given: Given, secret: str, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(given.clock() + timedelta(seconds=30 * steps))


async def _set_up(given: Given, staff: Browser, **more: str) -> tuple[str, list[str]]:
    """The secret of a new authenticator, and the recovery codes."""
    page = (await staff.get("/staff/second-factor?replace=1")).text
    (salt,), (key,) = _SALT.findall(page), _KEY.findall(page)
    secret = key.replace(" ", "")
    answer = await staff.post("/staff/second-factor/set-up", salt=salt, code=_shown(given, secret), **more)
    assert answer.status_code == 200, answer.text
    return secret, _RECOVERY.findall(answer.text)


async def _with_password(shop: OpenShop, name: str) -> Browser:
    """A browser that still has to show the second factor."""
    found = browser(shop)
    await found.sign_in(name)
    answer = await found.get("/staff/account")
    assert answer.headers["location"].startswith("/staff/sign-in/code?next=")
    await found.get("/staff/sign-in/code?next=%2Fstaff%2Faccount")
    return found


async def test_who_has_none_must_set_one_up_where_it_is_required(given: Given):
    async with open_shop(given, staff_second_factor="required") as shop:
        await register(shop, "vera")
        await becomes(shop, "vera", Role.STAFF)
        vera = browser(shop)
        await vera.sign_in("vera")
        for path in ("/staff", "/staff/account"):
            sent = await vera.get(path)
            assert (sent.status_code, urlsplit(sent.headers["location"]).path) == (
                303,
                "/staff/second-factor",
            )
        assert (await vera.post("/staff/account/end-others")).status_code == 303
        page = (await vera.get("/staff/second-factor")).text
        assert 'src="data:image/svg' in page
        # A wrong code asks again for the very same secret.
        again = await vera.post("/staff/second-factor/set-up", salt=_SALT.findall(page)[0], code="000000")
        assert (again.status_code, _KEY.findall(again.text)) == (422, _KEY.findall(page))
        _, codes = await _set_up(given, vera)
        assert (len(codes), len(set(codes))) == (10, 10)
        assert (await vera.get("/staff")).status_code == 200
        await _with_password(shop, "vera")


async def test_a_code_lets_one_browser_in_and_never_a_second(given: Given):
    async with open_shop(given, limit_sign_in=100) as shop:
        vera = await at_work(shop, "vera")
        other = browser(shop)
        await other.sign_in("vera")
        secret, _ = await _set_up(given, vera)
        assert (await other.get("/staff")).status_code == 303, "every other browser is signed out"
        late, first, second = [await _with_password(shop, "vera") for _ in range(3)]
        # The one that set it up is spent already.
        assert (await late.post("/staff/sign-in/code", code=_shown(given, secret))).status_code == 422
        given.clock.tick(seconds=60)
        before = first.cookies[SESSION]
        code = _shown(given, secret)
        answers = await asyncio.gather(
            *(each.post("/staff/sign-in/code", code=code, next="/staff/account") for each in (first, second))
        )
        assert sorted(answer.status_code for answer in answers) == [303, 422]
        (winner,) = (answer for answer in answers if answer.status_code == 303)
        assert winner.headers["location"] == "/staff/account"
        found = first if answers[0] is winner else second
        assert (await found.get("/staff/account")).status_code == 200
        assert (await late.post("/staff/sign-in/code", code=code)).status_code == 422
        # What the browser showed before it was proven opens nothing.
        fresh = browser(shop)
        fresh.cookies[SESSION] = before
        assert (await fresh.get("/staff")).status_code == 303
        # A clock that goes a step wrong is forgiven, two are not; and no code that is older than one that was taken.
        given.clock.tick(seconds=300)
        assert (await late.post("/staff/sign-in/code", code=_shown(given, secret, -2))).status_code == 422
        assert (await late.post("/staff/sign-in/code", code=_shown(given, secret, 2))).status_code == 422
        assert (await late.post("/staff/sign-in/code", code=_shown(given, secret, 1))).status_code == 303
        last = await _with_password(shop, "vera")
        assert (await last.post("/staff/sign-in/code", code=_shown(given, secret))).status_code == 422


async def test_a_recovery_code_is_good_once_and_new_ones_end_the_old(given: Given):
    async with open_shop(given, limit_sign_in=100) as shop:
        vera = await at_work(shop, "vera")
        secret, codes = await _set_up(given, vera)
        one, two, three = [await _with_password(shop, "vera") for _ in range(3)]
        written = codes[0].lower().replace("-", " ")
        answers = await asyncio.gather(
            *(each.post("/staff/sign-in/code", code=written) for each in (one, two))
        )
        assert sorted(answer.status_code for answer in answers) == [303, 422]
        assert (await three.post("/staff/sign-in/code", code=codes[0])).status_code == 422
        assert "9 recovery codes are left" in (await vera.get("/staff/second-factor")).text
        given.clock.tick(seconds=60)
        renewed = await vera.post("/staff/second-factor/codes", code=_shown(given, secret))
        fresh = _RECOVERY.findall(renewed.text)
        assert (len(fresh), set(fresh) & set(codes)) == (10, set())
        assert (await three.post("/staff/sign-in/code", code=codes[1])).status_code == 422
        assert (await three.post("/staff/sign-in/code", code=fresh[1])).status_code == 303


async def test_another_authenticator_needs_a_code_of_the_present_one(given: Given):
    async with open_shop(given, limit_sign_in=100) as shop:
        vera = await at_work(shop, "vera")
        secret, codes = await _set_up(given, vera)
        page = (await vera.get("/staff/second-factor?replace=1")).text
        salt = _SALT.findall(page)[0]
        fresh = _KEY.findall(page)[0].replace(" ", "")
        good = {"salt": salt, "code": _shown(given, fresh)}
        for present in ("", "123456", _shown(given, fresh)):
            answer = await vera.post("/staff/second-factor/set-up", **good, present=present)
            assert answer.status_code == 422
        # Whoever knows only the password is asked for a code, not offered a new secret.
        thief = await _with_password(shop, "vera")
        assert (await thief.post("/staff/second-factor/set-up", **good)).status_code == 303
        answer = await vera.post("/staff/second-factor/set-up", **good, present=codes[0])
        assert answer.status_code == 200
        late = await _with_password(shop, "vera")
        given.clock.tick(seconds=60)
        assert (await late.post("/staff/sign-in/code", code=_shown(given, secret))).status_code == 422
        assert (await late.post("/staff/sign-in/code", code=codes[1])).status_code == 422
        assert (await late.post("/staff/sign-in/code", code=_shown(given, fresh))).status_code == 303


async def test_tries_are_few_and_everything_that_happens_is_told(given: Given):
    async with open_shop(given, limit_sign_in=5, worker="inside") as shop:
        vera = await at_work(shop, "vera")
        secret, codes = await _set_up(given, vera)
        given.clock.tick(seconds=61)
        late = await _with_password(shop, "vera")
        answers = [await late.post("/staff/sign-in/code", code=f"{n:06d}") for n in range(6)]
        assert [answer.status_code for answer in answers] == [422] * 5 + [429]
        assert "retry" in answers[-1].text or "too many" in answers[-1].text
        # The right one has to wait as well, from whatever browser.
        assert (await late.post("/staff/sign-in/code", code=_shown(given, secret))).status_code == 429
        given.clock.tick(seconds=61)
        assert (await late.post("/staff/sign-in/code", code=codes[3])).status_code == 303

        def reset(unit) -> None:
            known = known_by_name(unit, "vera")
            reset_second_factor(unit, known.user_id)

        await given.database.begin(reset, actor="command line")
        assert (await late.get("/staff")).status_code == 303
        with pytest.raises(NoSecondFactor):
            await given.database.begin(reset, actor="command line")
        answer = await browser(shop).sign_in("vera", PASSWORD)
        assert answer.headers["location"] == "/staff"
        told = ""
        async with asyncio.timeout(10):
            while told.count("Makeline") < 6:
                await asyncio.sleep(0.02)
                told = "\n".join(
                    f"{letter.subject} {letter.text}"
                    for letter in given.mailer.letters
                    if letter.subject.startswith("Your second factor")
                )
        for said in ("was set up", "with a recovery code", "an admin took the second factor away"):
            assert said in told


@hypothesis_settings(max_examples=20, deadline=None)
@given_that(
    code=st.text(max_size=12), user_id=st.integers(1, 10**6), salt=st.text("0123456789ABCDEF", min_size=32)
)
def test_no_text_but_the_code_itself_is_taken(code: str, user_id: int, salt: str):
    secret = secret_of(b"k" * 32, user_id, salt)
    at = int(_NOW.timestamp()) // 30
    right = {pyotp.HOTP(secret).at(step) for step in (at - 1, at, at + 1)}
    assert step_of([secret], code, now=_NOW, after=0) is None or "".join(code.split()) in right
    assert step_of(
        [secret], f" {pyotp.HOTP(secret).at(at)[:3]} {pyotp.HOTP(secret).at(at)[3:]}", now=_NOW, after=0
    ) in {at - 1, at, at + 1}
    assert step_of([secret], pyotp.HOTP(secret).at(at), now=_NOW, after=at + 1) is None
    # Another person, another enrolment, another key: another secret.
    assert (
        len(
            {
                secret,
                secret_of(b"k" * 32, user_id + 1, salt),
                secret_of(b"k" * 32, user_id, salt[1:] + "G"),
                secret_of(b"j" * 32, user_id, salt),
            }
        )
        == 4
    )
    assert parse_qs(urlsplit(address_of(secret, "a b&c")).query)["secret"] == [secret]
