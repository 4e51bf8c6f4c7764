"""Staff signs in with a second factor, finds the print that its partner refused, repairs it, and it is gone."""

import re
from collections.abc import Callable
from pathlib import Path

import pyotp
import pytest
from playwright.async_api import expect

from makeline.admin.table import PAGES
from makeline.commerce.accounts.change_role import change_role
from makeline.commerce.accounts.states import Role
from tests.asking import MACHINE
from tests.browser.conftest import Windows
from tests.browser.looking import look_at
from tests.browser.window import Window
from tests.faults.floor import usual_shell
from tests.journeys.street import Street, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

PASSWORD = "correct horse battery"
DEVICE = "LONDON_DEVICE_001"
SEEN = ("/staff", "/staff/deliveries")


async def olga_works_here(shop: Street) -> None:
    """An account that an admin has made one of staff."""
    body = {"username": "olga", "email": "olga@example.com", "password": PASSWORD}
    user_id = (await answer(shop.kiosk.post("/register", json=body)))["user_id"]
    await shop.house.database.begin(lambda unit: change_role(unit, user_id, Role.ADMIN), actor="test")


async def blanks_at_partner(shop: Street, count: int) -> None:
    """What the partner's machine believes to hold."""
    shell = await shop.house.database.read(usual_shell)
    shop.partner.control.turn({"stock": {"device": DEVICE, "shell": shell, "blanks": count}})


async def paid_and_refused(shop: Street, photograph: Path) -> str:
    """A customer has paid, and the partner's machine says that it is empty; answers the order's number."""
    at = await shop.scan(MACHINE)
    await shop.design(at, photograph.read_bytes())
    begun = await shop.begin_payment(at)
    await blanks_at_partner(shop, 0)
    await shop.hold_card(at, "pays")
    await shop.until(lambda: shop.story(at), lambda story: story["print_status"] == "waiting_for_staff")
    return begun["order_id"]


async def signs_in(olga: Window, faces: Path | None) -> None:
    """By her password, and by the authenticator that she sets up with it."""
    await olga.goes("/staff")
    await olga.sees("Sign in as staff")
    await look_at(olga, "staff sign-in", faces=faces, first_view=True)
    await olga.page.get_by_label("User name").fill("olga")
    await olga.page.get_by_label("Password").fill(PASSWORD)
    await olga.presses("Sign in")
    await olga.sees("Set up the second factor")
    await look_at(olga, "second factor", faces=faces)
    key = await (await olga.reads(re.compile(r"^[A-Z2-7 ]{16,}$"))).inner_text()
    await olga.page.get_by_label("Code of the new authenticator").fill(pyotp.TOTP(key.replace(" ", "")).now())
    await olga.presses("Set it up")
    await olga.sees("Keep these recovery codes")
    codes = (
        await olga.page.get_by_role("list", name="Recovery codes").get_by_role("listitem").all_inner_texts()
    )
    assert len(codes) == 10
    await olga.presses("I have kept them", role="link")
    await olga.sees("Today")
    # The next morning her authenticator is at home.
    await olga.presses("Sign out")
    await olga.page.get_by_label("User name").fill("olga")
    await olga.page.get_by_label("Password").fill(PASSWORD)
    await olga.presses("Sign in")
    await olga.page.get_by_label("Code").fill(codes[0])
    await olga.presses("Go on")
    await olga.sees("Today")


async def test_staff_finds_a_print_that_its_partner_refused_and_repairs_it(
    shop: Street, windows: Windows, faces: Path | None, photograph: Path, rounds: Callable[[int, int], int]
):
    await olga_works_here(shop)
    number = await paid_and_refused(shop, photograph)
    olga = await windows("desktop")
    await signs_in(olga, faces)
    await look_at(olga, "today", faces=faces, first_view=True, also="phone")

    await olga.presses("paid print waits for staff", role="link")
    await olga.sees("One print waits for you")
    stuck = olga.page.get_by_role("article", name=f"The print of {number}")
    await expect(stuck).to_be_visible()
    await look_at(olga, "stuck", faces=faces, also="phone")
    await blanks_at_partner(shop, 50)
    await stuck.get_by_label("What was put right").fill("The partner filled the machine")
    await stuck.get_by_role("button", name="Let it go on").click()
    await olga.reads("Everything got through.")
    await shop.until(lambda: shop.asking.order(number), lambda order: order.status == "completed")
    pages = [page.path for page in PAGES if page.group is not None and page.path not in SEEN]
    for path in pages[: len(pages) if faces else rounds(1, len(pages))]:
        await olga.goes(path)
        await look_at(olga, path.removeprefix("/").replace("/", " "), faces=faces, also="phone")
