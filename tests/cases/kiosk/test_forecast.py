"""What a customer may expect before he pays: whether, when, how long it is held, and what else is possible."""

from dataclasses import replace

import pytest

from makeline.cases.machines.pause import pause_machine, resume_machine
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.rearrange import change_priority
from makeline.cases.production.submit import hold_job
from tests.cases.machines.beats import beat
from tests.given import MACHINE, Given
from tests.listening import Counting, listening
from tests.web import OpenShop, open_shop


async def promised(shop: OpenShop, key: str, **query: str):
    answer = await shop.stranger.get(f"/v1/sessions/{key}/promise", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def codes(told) -> list[str]:
    return [reason["code"] for reason in told["reasons"]]


async def by_staff(given: Given, verb, *words, **more):
    return await given.database.begin(lambda unit: verb(unit, *words, **more), actor="staff Ann")


async def test_before_any_design_the_customer_hears_when_it_would_be_ready(given: Given):
    async with open_shop(given) as shop:
        session = await given.session()
        told = await promised(shop, session.key)
        assert (told["possible"], told["model_id"], told["blank"], told["reasons"]) == (True, None, None, [])
        assert (told["position"], told["jobs_before"], told["condition"]) == (1, 0, "unknown")
        assert (told["ready"]["median_minutes"], told["ready"]["p90_minutes"]) == (15, 30)
        assert told["ready"]["median_at"] == "2026-03-04T12:15:00Z"
        asked = await promised(shop, session.key, model="iphone_15_pro")
        assert (asked["model_id"], asked["blank"]) == ("iphone-iphone-15-pro", "on_sale")


async def test_a_summed_up_design_holds_its_blank_until_the_session_ends(given: Given):
    async with open_shop(given) as shop:
        session = await given.session_to_pay()
        shell = session.shell_id
        held = (await given.stock_item()).reserved + (await given.stock_item()).sold
        await given.blanks(held, shell=shell)
        told = await promised(shop, session.key)
        assert (told["possible"], told["blank"]) == (True, "held")
        ends = (await given.session_now(session.key)).expires_at
        assert told["blank_held_until"] == ends.isoformat().replace("+00:00", "Z")
        await given.payment(session.key)
        later = (await promised(shop, session.key))["blank_held_until"]
        assert later == (await given.session_now(session.key)).expires_at.isoformat().replace("+00:00", "Z")


async def test_the_place_in_the_queue_follows_sales_priorities_and_staff(given: Given):
    async with open_shop(given) as shop:
        session = await given.session_to_pay()
        first = await given.order((await given.paid_sale()).outcome.order_number)
        second = await given.order((await given.paid_sale()).outcome.order_number)
        told = await promised(shop, session.key)
        assert (told["position"], told["ready"]["median_minutes"]) == (3, 45)
        await by_staff(given, change_priority, second.number, 9, reason="in no hurry")
        assert (await promised(shop, session.key))["position"] == 2
        await by_staff(given, hold_job, (await given.job(first)).id, "broken")
        assert (await promised(shop, session.key))["position"] == 1


async def test_what_was_printed_leaves_the_queue_and_teaches_how_long_a_print_takes(given: Given):
    async with open_shop(given) as shop:
        session = await given.session(minutes=30)
        _, job = await given.sent_print()
        await given.print_notice(job.reference, JobStep.PRINTING)
        given.clock.tick(seconds=240)
        assert (await promised(shop, session.key))["ready"]["median_minutes"] == 26
        await given.print_notice(job.reference, JobStep.PRINTED)
        told = await promised(shop, session.key)
        assert (told["position"], told["ready"]["median_minutes"]) == (1, 4)


async def test_where_the_machine_cannot_the_reasons_and_other_machines_are_told(given: Given):
    async with open_shop(given) as shop:
        session = await given.session("VM001")
        await by_staff(given, pause_machine, "VM001", reason="ink")
        for shell in await given.shells_of():
            await given.blanks(0, machine="VM001", shell=shell)
        told = await promised(shop, session.key, model="iPhone 15 Pro")
        assert (told["possible"], told["ready"], told["position"], told["blank"]) == (
            False,
            None,
            None,
            "none",
        )
        assert codes(told) == ["MACHINE_PAUSED", "OUT_OF_STOCK"]
        others = [other["machine_id"] for other in told["instead"]]
        assert "VM002" in others
        assert not {"VM001", MACHINE} & set(others), "neither this one, nor one that is no test machine"
        await by_staff(given, pause_machine, "VM002", reason="ink")
        given.clock.tick(seconds=6)
        told = await promised(shop, session.key, model="iPhone 15 Pro")
        assert "VM002" not in [other["machine_id"] for other in told["instead"]]
        await by_staff(given, resume_machine, "VM001")
        assert codes(await promised(shop, session.key, model="iPhone 15 Pro")) == ["OUT_OF_STOCK"]


@pytest.mark.parametrize(
    ("state", "reasons", "expected"),
    [
        ("stopped", ("media-empty",), ["MACHINE_STOPPED"]),
        ("idle", ("media-empty",), ["SUPPLIES_EMPTY"]),
        ("processing", (), []),
    ],
)
async def test_a_machine_in_no_condition_to_print_promises_nothing(given: Given, state, reasons, expected):
    async with open_shop(given) as shop:
        session = await given.session()
        await beat(given, state, *reasons)
        assert codes(await promised(shop, session.key)) == expected


async def test_silence_ends_a_promise_and_a_word_without_news_brings_it_back(given: Given):
    async with open_shop(given) as shop:
        session = await given.session(minutes=30)
        await beat(given, "idle")
        assert (await promised(shop, session.key))["possible"]
        for _ in range(3):
            given.clock.tick(seconds=45)
            await beat(given, "idle")
            assert (await promised(shop, session.key))["possible"], "it goes on saying so"
        given.clock.tick(seconds=90)
        assert codes(await promised(shop, session.key)) == ["MACHINE_OFFLINE"]
        await beat(given, "idle")
        assert (await promised(shop, session.key))["possible"]


async def test_polling_asks_the_database_nothing_until_there_is_news(given: Given):
    counting = Counting(given.database)
    async with open_shop(replace(given, database=counting)) as shop:
        plain, summed = await given.session(), await given.session_to_pay()
        await promised(shop, plain.key, model="iPhone 15 Pro")
        await promised(shop, summed.key)
        before = counting.asked
        for _ in range(5):
            given.clock.tick(seconds=1)
            await promised(shop, plain.key, model="iPhone 15 Pro")
            await promised(shop, summed.key)
        assert counting.asked == before
        await given.paid_sale()
        assert (await promised(shop, plain.key))["position"] == 2
        assert counting.asked > before


async def test_after_payment_the_print_has_its_own_place(given: Given):
    async with open_shop(given) as shop:
        session = await given.session_to_pay()
        await given.paid_sale()
        order = await given.order((await given.confirmed(session.key)).outcome.order_number)
        told = await promised(shop, session.key)
        assert (told["position"], told["blank"], told["blank_held_until"]) == (2, "sold", None)
        await by_staff(given, hold_job, (await given.job(order)).id, "broken")
        assert codes(await promised(shop, session.key)) == ["WAITING_FOR_STAFF"]
        await given.print_notice((await given.job(order)).reference, JobStep.PRINTED)
        assert codes(await promised(shop, session.key)) == ["NOT_IN_QUEUE"]


async def test_an_ended_session_is_promised_nothing_and_bad_questions_are_refused(given: Given):
    async with open_shop(given) as shop:
        session = await given.session(minutes=1)
        unknown = await shop.stranger.get(f"/v1/sessions/{session.key}/promise", params={"model": "Nokia"})
        assert (unknown.status_code, unknown.json()["validation_errors"][0]["field"]) == (422, "model")
        given.clock.tick(seconds=60)
        assert codes(await promised(shop, session.key)) == ["SESSION_OVER"]
        assert (await shop.stranger.get("/v1/sessions/nonsense/promise")).status_code == 400
        path = f"/v1/sessions/{session.key[:-8]}AAAAAAAA/promise"
        assert (await shop.stranger.get(path)).status_code == 404


async def test_a_brand_that_is_not_on_sale_is_not_promised(given: Given):
    async with open_shop(given) as shop:
        session = await given.session()
        assert codes(await promised(shop, session.key, model="Google Pixel 9")) == ["MODEL_NOT_AVAILABLE"]


async def test_the_operator_follows_the_queue_and_condition_of_a_machine(given: Given):
    async with open_shop(given) as shop, listening(shop.stranger, "/v1/machines/VM001/events") as stream:
        first = await stream.event()
        assert (first["condition"], first["waiting"], first["prints"]) == ("unknown", 0, [])
        await beat(given, "idle", machine="VM001")
        assert (await stream.event())["condition"] == "online"
        order = await given.order((await given.paid_sale("VM001")).outcome.order_number)
        assert (await stream.event())["waiting"] == 1
        await by_staff(given, change_priority, order.number, 2, reason="in a hurry")
        assert (await stream.event())["prints"][0]["priority"] == 2
        await by_staff(given, hold_job, (await given.job(order)).id, "broken")
        held = await stream.event()
        assert (held["waiting"], held["waiting_for_staff"]) == (0, 1)
        await by_staff(given, pause_machine, "VM001", reason="ink")
        paused = await stream.event()
        assert (paused["condition"], paused["pause_reason"]) == ("paused", "ink")


async def test_a_machine_that_falls_silent_tells_so_by_the_clock(given: Given):
    async with open_shop(given) as shop:
        await beat(given, "idle", machine="VM001")
        given.clock.tick(seconds=89.8)
        async with listening(shop.stranger, "/v1/machines/VM001/events") as stream:
            assert (await stream.event())["condition"] == "online"
            given.clock.tick(seconds=1)
            assert (await stream.event())["condition"] == "offline"


async def test_only_its_operator_follows_a_machine(given: Given):
    async with open_shop(given) as shop:
        assert (await shop.stranger.get(f"/v1/machines/{MACHINE}/events")).status_code == 401
        assert (await shop.stranger.get("/v1/machines/NOWHERE/events")).status_code == 404
