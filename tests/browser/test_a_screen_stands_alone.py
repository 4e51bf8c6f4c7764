"""A machine's screen runs for days with nobody beside it: people leave, the line goes, clocks jump, memory stays."""

from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import expect

from makeline.cases.machines.pause import pause_machine, resume_machine
from makeline.foundation.unit_of_work import UnitOfWork
from tests.asking import MACHINE
from tests.browser.conftest import Windows
from tests.browser.window import Window
from tests.journeys.street import Street
from tests.people import key_of
from tests.servers.relay import Relay

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

INVITATION = "Your photo. Your case. Two minutes."
# Bytes; what visits may leave behind: the browser's own notes of what it compiled, most of all at the first ones.
LEFT_BEHIND = 100_000
LEFT_BY_THE_FIRST = 400_000


@pytest_asyncio.fixture(loop_scope="session")
async def relay(shop: Street) -> AsyncGenerator[Relay]:
    """The wire between the screen and the shop."""
    async with Relay(shop.house.settings.place.port) as wire:
        yield wire


async def standing(shop: Street, relay: Relay, windows: Windows, *, clock: bool = True) -> Window:
    """A screen that was set up; with a clock that can be turned, which keeps notes of its own."""
    screen = await windows("kiosk", own=f"http://127.0.0.1:{relay.port}")
    key = await key_of(shop.house.database, machine=MACHINE)
    await screen.page.add_init_script(f"localStorage.setItem('makeline.screen.{MACHINE}', '{key.text}')")
    if clock:
        await screen.page.clock.install()
    await screen.goes(f"/kiosk/{MACHINE}")
    await screen.sees(INVITATION)
    return screen


async def test_whoever_walks_away_leaves_the_next_one_an_invitation_in_the_usual_language(
    shop: Street, relay: Relay, windows: Windows
):
    screen = await standing(shop, relay, windows)
    clock = screen.page.clock
    await screen.presses("Русский")
    await screen.sees("Ваше фото. Ваш чехол. Две минуты.")
    await clock.fast_forward("01:01")
    await screen.sees(INVITATION)

    await screen.presses("Touch to start")
    await screen.sees("Scan me with your phone")
    at = await screen.page.evaluate(f"sessionStorage.getItem('makeline.visit.{MACHINE}')")
    # The computer's clock is set right in the middle of a visit: nobody loses a second of his time.
    await clock.set_system_time("2031-01-01T00:00:00")
    await clock.fast_forward("01:12")
    still = screen.page.get_by_role("dialog", name="Are you still there?")
    await expect(still).to_be_visible()
    await screen.presses("Yes, wait for me")
    await expect(still).to_be_hidden()
    await clock.fast_forward("01:31")
    await screen.sees(INVITATION)
    path = f"/api/vending/session/{at}"
    await shop.until(lambda: shop.status(path), lambda told: told["status"] == "cancelled")


async def test_a_line_that_breaks_or_falls_silent_is_taken_up_again_and_a_page_of_yesterday_only_given_up_for_a_new_one(
    shop: Street, relay: Relay, windows: Windows
):
    screen = await standing(shop, relay, windows)
    clock = screen.page.clock
    screen.cut = True

    def pause(unit: UnitOfWork) -> None:
        pause_machine(unit, MACHINE, reason="a visit of the engineer")

    relay.cut()
    away = screen.page.get_by_text("No connection. Trying again …")
    await expect(away).to_be_visible()
    await screen.presses("Touch to start")
    await screen.reads("That did not work. Please touch again.")
    await shop.house.database.begin(pause, actor="olga")
    relay.mend()
    await clock.run_for(20_000)
    await screen.sees("Back soon")
    await expect(away).to_be_hidden()

    # Nobody is told that this line is dead.
    relay.hush()
    await shop.house.database.begin(lambda unit: resume_machine(unit, MACHINE, reason="done"), actor="olga")
    await clock.run_for(41_000)
    await expect(away).to_be_visible()
    relay.mend()
    await clock.run_for(20_000)
    await screen.sees(INVITATION)
    await expect(screen.page.get_by_text("That did not work.")).to_be_hidden()

    # A page renews itself every day, but not while its server is away.
    await screen.page.evaluate("window.old = true")
    relay.cut()
    await clock.fast_forward("24:00:01")
    for _ in range(2):
        # Somebody plays with the languages; a minute later the screen wants to begin anew.
        await screen.presses("Русский")
        await clock.run_for(61_000)
        await screen.sees(INVITATION)
        assert await screen.page.evaluate("window.old")
    relay.mend()
    await screen.presses("Русский")
    await clock.run_for(61_000)
    await screen.page.wait_for_function("() => !window.old")
    await screen.sees(INVITATION)


async def test_visits_leave_nothing_behind_in_the_page(
    shop: Street, relay: Relay, windows: Windows, rounds: Callable[[int, int], int]
):
    screen = await standing(shop, relay, windows, clock=False)
    line = await screen.page.context.new_cdp_session(screen.page)
    await line.send("Performance.enable")

    async def visit() -> None:
        await screen.presses("Touch to start")
        await screen.sees("Scan me with your phone")
        async with screen.page.expect_response(lambda answer: answer.request.method == "DELETE"):
            await screen.presses("Cancel")
        await screen.sees(INVITATION)

    async def kept() -> dict[str, Any]:
        await line.send("HeapProfiler.collectGarbage")
        told = await line.send("Performance.getMetrics")
        return {one["name"]: one["value"] for one in told["metrics"]}

    for _ in range(rounds(1, 100)):
        await visit()
    before = await kept()
    for _ in range(rounds(1, 100)):
        await visit()
    after = await kept()
    left = rounds(LEFT_BY_THE_FIRST, LEFT_BEHIND)
    for name, most in (("JSHeapUsedSize", left), ("Nodes", 20), ("JSEventListeners", 4)):
        assert after[name] - before[name] <= most, (name, before[name], after[name])
