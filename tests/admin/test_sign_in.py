"""Staff signs in at its pages: what a browser shows opens them, for as long as it should, and nothing else."""

import re

import pytest

from makeline.admin.pages.sign_in import page_of_ours
from makeline.commerce.accounts.states import Role
from tests.admin.browsers import SESSION, at_work, browser
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import PASSWORD, becomes, register, signed_in, somebody
from tests.web import open_shop


async def test_staff_sees_today_and_nobody_else_does(given: Given):
    async with open_shop(given) as shop:
        stranger = browser(shop)
        sent_away = await stranger.get("/staff")
        assert (sent_away.status_code, sent_away.headers["location"]) == (303, "/staff/sign-in?next=%2Fstaff")
        door = await stranger.get("/staff/sign-in")
        assert "makeline create-admin NAME" in door.text
        staff = await at_work(shop, "vera")
        today = await staff.get("/staff")
        assert today.status_code == 200
        assert "vera" in today.text
        assert "makeline create-admin" not in (await browser(shop).get("/staff/sign-in")).text
        await register(shop, "carl")
        # Another site's link brings no cookie with it: a page of ours leads on, once, and only to itself.
        linked = await browser(shop).get("/staff/account?a=%22b", **{"sec-fetch-site": "cross-site"})
        assert (linked.status_code, linked.headers["cache-control"]) == (200, "no-store")
        assert 'content="0;url=/staff/account?a=%22b"' in linked.text
        refused = await browser(shop).sign_in("carl")
        assert (refused.status_code, "for staff" in refused.text) == (403, True)
        wrong = await browser(shop).sign_in("vera", "something else")
        assert (wrong.status_code, "Invalid credentials" in wrong.text) == (401, True)
        assert 'value="vera"' in wrong.text
        assert "something else" not in wrong.text


@on_sqlite
async def test_what_a_browser_shows_never_opens_the_api_nor_a_token_the_pages(given: Given):
    async with open_shop(given) as shop:
        boss = await at_work(shop, "boss", Role.ADMIN)
        token = boss.cookies[SESSION]
        program = await signed_in(shop, "boss")
        bearer = program.headers["authorization"].removeprefix("Bearer ")
        assert (await program.get("/users")).status_code == 200
        for cookie in (token, bearer):
            answer = await shop.stranger.get("/users", headers={"cookie": f"{SESSION}={cookie}"})
            assert answer.status_code == 401
        answer = await shop.stranger.get("/users", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert (await program.get("/staff")).status_code == 303
        answer = await shop.stranger.get("/staff", headers={"cookie": f"{SESSION}={bearer}"})
        assert answer.status_code == 303


@pytest.mark.parametrize("end", ["sign-out", "elsewhere", "password", "role", "idle", "age"])
async def test_a_browser_is_signed_in_until_something_ends_it(given: Given, end: str):
    async with open_shop(given, staff_idle_minutes=30, staff_session_hours=2) as shop:
        vera = await at_work(shop, "vera", Role.ADMIN)
        old = dict(vera.cookies)
        for _ in range(4):
            given.clock.tick(minutes=20)
            assert (await vera.get("/staff")).status_code == 200
        program = await signed_in(shop, "vera")
        if end == "sign-out":
            assert (await vera.post("/staff/sign-in/out")).status_code == 303
            assert SESSION not in vera.cookies
        elif end == "elsewhere":
            assert (await program.delete("/v1/account/sign-ins")).json() == {"ended": 1}
        elif end == "password":
            change = {"current_password": PASSWORD, "new_password": "something much better"}
            assert (await program.put("/v1/account/password", json=change)).status_code == 200
        elif end == "role":
            await somebody(shop, "other", Role.ADMIN)
            await becomes(shop, "vera", Role.STAFF)
        elif end == "idle":
            given.clock.tick(minutes=15)
            # Who only leaves a page open is not there.
            assert (await vera.get("/staff", **{"x-live": "1"})).status_code == 200
            given.clock.tick(minutes=16)
            assert (await vera.get("/staff", **{"x-live": "1"})).status_code == 401
        else:
            given.clock.tick(minutes=20)
            assert (await vera.get("/staff")).status_code == 200
            given.clock.tick(minutes=21)
        vera.cookies = old
        assert (await vera.get("/staff")).status_code == 303


async def test_each_sees_where_he_is_signed_in_and_ends_what_is_his(given: Given):
    async with open_shop(given) as shop:
        vera = await at_work(shop, "vera")
        second = browser(shop)
        await second.sign_in("vera")
        other = await at_work(shop, "otto")
        page = (await vera.get("/staff/account")).text
        (theirs,) = re.findall(r'name="sign_in" value="(\d+)"', page)
        assert (await other.post("/staff/account/end-sign-in", sign_in=theirs)).status_code == 404
        assert (await second.get("/staff")).status_code == 200
        ended = await vera.post("/staff/account/end-sign-in", sign_in=theirs)
        assert ended.headers["location"] == "/staff/account"
        assert "That sign-in has ended." in (await vera.get("/staff/account")).text
        assert "That sign-in has ended." not in (await vera.get("/staff/account")).text
        assert (await second.get("/staff")).status_code == 303


@pytest.mark.parametrize(
    ("wanted", "led"),
    [
        ("/staff/account?x=1", "/staff/account?x=1"),
        ("https://elsewhere.test/", "/staff"),
        ("//elsewhere.test/staff/", "/staff"),
        ("/staffed", "/staff"),
        ("/staff/\\elsewhere.test", "/staff"),
        ("/staff/sign-in/out", "/staff"),
        ("/staff/a\r\nset-cookie: a=b", "/staff"),
    ],
)
def test_after_signing_in_one_is_led_to_pages_of_ours_alone(wanted: str, led: str):
    assert page_of_ours(wanted) == led


@on_sqlite
async def test_cookies_are_for_this_host_alone_where_everything_goes_by_https(given: Given):
    async with open_shop(given, base_url="https://shop.example") as shop:
        await register(shop, "vera")
        await becomes(shop, "vera", Role.STAFF)
        vera = browser(shop)
        vera.origin = "https://shop.example"
        answer = await vera.sign_in("vera")
        (cookie,) = (line for line in answer.headers.get_list("set-cookie") if "makeline-staff" in line)
        name, *rules = cookie.split("; ")
        assert name.startswith("__Host-makeline-staff=")
        assert set(rules) == {"HttpOnly", "Path=/", "SameSite=strict", "Secure"}
        assert (await vera.get("/staff")).status_code == 200
