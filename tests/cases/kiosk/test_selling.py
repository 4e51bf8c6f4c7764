"""A machine that makes nothing opens no session; what was begun goes on, and what was paid is printed."""

import pytest

from makeline.cases.machines.pause import pause_machine, resume_machine
from makeline.cases.machines.selling import MachineAway, MachinePaused
from makeline.cases.production.states import JobState
from makeline.kernel.errors import Unrecognised
from tests.cases.machines.beats import beat
from tests.given import MACHINE, Given
from tests.web import OpenShop, open_shop

CREATE = "/api/vending/create-session"


async def pause(given: Given, machine: str = MACHINE) -> None:
    await given.database.begin(lambda unit: pause_machine(unit, machine, reason="ink"), actor="staff Ann")


async def resume(given: Given) -> None:
    await given.database.begin(lambda unit: resume_machine(unit, MACHINE), actor="staff Ann")


async def opened(shop: OpenShop, machine: str = MACHINE):
    return await shop.operator.post(CREATE, json={"machine_id": machine})


async def test_a_paused_machine_opens_no_session_until_it_goes_on(given: Given):
    async with open_shop(given) as shop:
        await pause(given)
        refused = await opened(shop)
        assert (refused.status_code, refused.json()["error_code"]) == (429, "MACHINE_BUSY")
        assert (refused.headers["retry-after"], refused.json()["condition"]) == ("60", "paused")
        await resume(given)
        assert (await opened(shop)).status_code == 200


async def test_a_stopped_or_silent_machine_opens_no_session_until_it_is_back(given: Given):
    async with open_shop(given) as shop:
        await beat(given, "stopped", "media-empty-error")
        refused = await opened(shop)
        assert (refused.status_code, refused.json()["error_code"]) == (503, "PARTNER_AWAY")
        assert (refused.headers["retry-after"], refused.json()["condition"]) == ("60", "stopped")
        await beat(given, "idle")
        assert (await opened(shop)).status_code == 200
        given.clock.tick(seconds=90)
        assert (await opened(shop)).json()["condition"] == "offline"
        await beat(given, "processing", "marker-supply-low-warning")
        assert (await opened(shop)).status_code == 200


async def test_whoever_never_sent_a_heartbeat_and_an_empty_machine_sell(given: Given):
    given.clock.tick(seconds=10_000)
    await given.session()
    await beat(given, "idle", "media-empty-error")
    await given.session()


async def test_a_test_machine_always_sells(given: Given):
    await pause(given, "VM001")
    await beat(given, "stopped", machine="VM002")
    await given.session("VM001")
    await given.session("VM002")


async def test_a_shop_that_wants_to_sells_all_the_same(given: Given):
    async with open_shop(given, sell_when_away=True) as shop:
        await pause(given)
        assert (await opened(shop)).status_code == 200


async def test_a_stranger_does_not_hear_how_a_machine_stands(given: Given):
    await pause(given)
    with pytest.raises(Unrecognised):
        await given.session(caller=given.stranger())
    with pytest.raises(MachinePaused):
        await given.session()
    await resume(given)
    await beat(given, "stopped")
    with pytest.raises(MachineAway):
        await given.session()


async def test_what_was_begun_before_a_pause_is_paid_queued_and_printed_after_it(given: Given):
    session = await given.session()
    await pause(given)
    await given.picture(session.key)
    await given.summary(session.key)
    await given.payment(session.key)
    order = await given.order((await given.confirmed(session.key)).outcome.order_number)
    for _ in range(3):
        given.clock.tick(seconds=5)
        await given.promises_kept()
    assert (await given.job(order)).status is JobState.QUEUED
    assert given.partner.orders == {}
    await resume(given)
    given.clock.tick(seconds=5)
    await given.promises_kept()
    assert (await given.job(order)).status is JobState.SENT


async def test_a_machine_that_falls_silent_at_the_till_loses_no_payment(given: Given):
    await beat(given, "idle")
    session = await given.session_to_pay()
    given.clock.tick(seconds=100)
    sale = await given.confirmed(session.key)
    assert sale.outcome.print_status == "queued_for_production"
    order = await given.order(sale.outcome.order_number)
    await given.submitted(order, until_sent=True)
    assert (await given.job(order)).status is JobState.SENT
