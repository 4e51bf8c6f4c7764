"""Customers pay, machines print, and we are told until we answer as expected."""

import asyncio
import hashlib
from dataclasses import replace

import httpx2
import pytest

from makeline.adapters.print_partner.signature import seal
from makeline.adapters.print_partner.simulator import DEMO_KEY
from makeline.cases.production.print_partner import JobStep, PaymentStatus
from tests.adapters.print_partner.partner_stage import DEVICE, Stage, staged
from tests.adapters.print_partner.receiver import GOOD, png

STEPS = [9, 10, 11, 12, 15, 16]


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path) as ready:
        yield ready


async def test_a_customer_at_the_terminal_pays_and_we_are_told(stage: Stage):
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    await stage.receiver.until(lambda: stage.receiver.statuses(announcement.reference))
    (notice,) = stage.receiver.notices
    assert notice.path == "/api/chinese/order/payStatus"
    assert stage.receiver.statuses(announcement.reference) == [3]
    assert await stage.client.read_payments([announcement.reference]) == {
        announcement.reference: PaymentStatus.PAID
    }


@pytest.mark.parametrize(("form", "is_array"), [("object", False), ("array", True)])
async def test_a_payment_notice_comes_as_object_or_as_array_and_is_signed(stage: Stage, form, is_array):
    stage.turn(notice_form=form)
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    await stage.receiver.until(lambda: stage.receiver.notices)
    (notice,) = stage.receiver.notices
    assert notice.is_array is is_array
    told = {"third_id": announcement.reference, "status": 3}
    assert told.items() <= notice.fields.items()
    if is_array:
        assert notice.fields["pay_amount"] == 19.99
        assert notice.fields["pay_type"] == 5
    else:
        assert notice.sign == seal(told, key=DEMO_KEY).sign


@pytest.mark.parametrize(
    ("customer", "statuses", "known"), [("declines", [4], "failed"), ("pays_twice", [3, 5], "paid")]
)
async def test_customers_differ(stage: Stage, customer, statuses, known):
    stage.turn(customer=customer)
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    await stage.receiver.until(lambda: len(stage.receiver.notices) == len(statuses))
    assert sorted(stage.receiver.statuses(announcement.reference)) == statuses
    assert (await stage.client.read_payments([announcement.reference]))[announcement.reference] == known


async def test_a_customer_who_walks_away_can_be_played_by_hand(stage: Stage):
    stage.turn(customer="walks_away")
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    await stage.until_done()
    assert stage.receiver.notices == []
    async with httpx2.AsyncClient(trust_env=False) as http:
        wish = {"third_id": announcement.reference, "action": "pays"}
        assert (await http.post(f"{stage.simulator.url}/terminal", json=wish)).json() == {"done": True}
        assert (await http.post(f"{stage.simulator.url}/terminal", json=wish)).status_code == 409
    await stage.receiver.until(lambda: stage.receiver.statuses(announcement.reference) == [3])


async def test_an_online_payment_is_ours_to_confirm(stage: Stage):
    await stage.paid()
    await stage.until_done()
    assert stage.receiver.notices == []


async def test_a_machine_fetches_prints_and_reports_each_step(stage: Stage):
    picture = png(*stage.shell.canvas, design="abc123")
    order = stage.order(await stage.paid())
    stage.receiver.add_picture("final.png", picture)
    job = await stage.client.submit(order)
    await stage.receiver.until(lambda: 16 in stage.receiver.statuses(order.reference))
    await stage.until_done()
    assert stage.receiver.statuses(order.reference) == STEPS
    assert all(notice.path == "/api/chinese/order-status-update" for notice in stage.receiver.notices)
    queue_numbers = {notice.fields["queue_no"] for notice in stage.receiver.notices if not notice.is_array}
    assert queue_numbers <= {job.queue_number}
    assert await stage.client.read_jobs([order.reference]) == {order.reference: JobStep.SHIPPED}
    ledger = await stage.ledger()
    (printed,) = ledger["prints"]
    assert printed["third_id"] == order.reference
    assert printed["sha256"] == hashlib.sha256(picture).hexdigest()
    assert (printed["design_hash"], printed["bytes"]) == ("abc123", len(picture))
    assert (printed["width"], printed["height"]) == stage.shell.canvas
    assert printed["dpi"] == pytest.approx(300, abs=0.1)
    assert ledger["printed_twice"] == ledger["ordered_unpaid"] == []
    (stock,) = ledger["stock"]
    assert stock["blanks"] == 99


async def test_printers_come_from_another_address_and_fetch_again(stage: Stage):
    stage.turn(fetches=[7, 7])
    await stage.client.submit(stage.order(await stage.paid()))
    await stage.until_done()
    assert len(stage.receiver.fetched_from) == 7
    assert set(stage.receiver.fetched_from) == {"127.0.0.2"}
    assert (await stage.ledger())["counts"]["fetches"] == 7


@pytest.mark.parametrize(
    ("picture", "problem"),
    [
        (lambda stage: png(1390, 100), "pixels"),
        (lambda stage: png(*stage.shell.canvas, dpi=None), "no resolution"),
        (lambda stage: b"\xff\xd8\xff\xe0 a JPEG", "not a PNG"),
        (lambda stage: png(*stage.shell.canvas)[:-20], "cut or damaged"),
    ],
)
async def test_a_picture_that_does_not_fit_the_shell_is_not_printed(stage: Stage, picture, problem):
    order = stage.order(await stage.paid())
    stage.receiver.add_picture("final.png", picture(stage))
    await stage.client.submit(order)
    await stage.until_done()
    assert stage.receiver.statuses(order.reference) == [13]
    ledger = await stage.ledger()
    assert ledger["prints"] == []
    assert problem in ledger["fetches"][0]["problem"]
    assert await stage.client.read_jobs([order.reference]) == {order.reference: JobStep.FAILED}


async def test_a_picture_that_cannot_be_fetched_is_tried_again(stage: Stage):
    order = stage.order(await stage.paid(), picture_url=f"{stage.receiver.url}/image/late.png?token=1:a:b")
    await stage.client.submit(order)
    await stage.receiver.until(lambda: stage.receiver.fetched_from)
    stage.receiver.add_picture("late.png", png(*stage.shell.canvas))
    await stage.until_done()
    assert stage.receiver.statuses(order.reference) == STEPS


async def test_a_picture_that_never_comes_fails_the_print(stage: Stage):
    order = stage.order(await stage.paid(), picture_url="http://127.0.0.1:9/image/x.png?token=1:a:b")
    await stage.client.submit(order)
    await stage.until_done()
    assert stage.receiver.statuses(order.reference) == [13]


async def test_a_machine_that_goes_offline_continues_when_it_is_back(stage: Stage):
    order = stage.order(await stage.paid())
    stage.turn(machine="on")
    await stage.client.submit(order)
    stage.turn(devices={order.device: "offline"})
    await asyncio.sleep(0.1)
    stage.turn(devices={order.device: "online"})
    await stage.until_done()
    assert stage.receiver.statuses(order.reference) == STEPS
    assert len((await stage.ledger())["prints"]) == 1


# --- repeats ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        (500, {"detail": "boom"}),
        (404, {"detail": "no such order"}),
        (200, {"code": 200, "data": "ok"}),
        (200, {"code": 500, "data": "success"}),
        (200, "success"),
    ],
)
async def test_a_notice_is_repeated_until_it_is_answered_as_expected(stage: Stage, answer):
    stage.receiver.answers = [answer, answer, (200, GOOD)]
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    await stage.receiver.until(lambda: len(stage.receiver.notices) == 3)
    await stage.until_done()
    assert stage.receiver.statuses(announcement.reference) == [3, 3, 3]
    ledger = await stage.ledger()
    assert [(notice["attempts"], notice["state"]) for notice in ledger["notices"]] == [(3, "accepted")]
    assert [row["accepted"] for row in ledger["notice_answers"]] == [0, 0, 1]
    assert ledger["notice_answers"][0]["http_status"] == answer[0]


async def test_a_notice_is_given_up_after_ten_attempts(stage: Stage):
    stage.receiver.answers = [(500, {})] * 20
    await stage.client.announce_payment(stage.announcement())
    await stage.until_done()
    assert len(stage.receiver.notices) == 10
    assert (await stage.ledger())["notices"][0]["state"] == "given_up"


async def test_each_notice_can_come_many_times_at_once(stage: Stage):
    stage.turn(notice_copies=5)
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    await stage.until_done()
    assert stage.receiver.statuses(announcement.reference) == [3] * 5


async def test_shuffled_notices_all_arrive_with_late_ones_after_the_final_one(stage: Stage):
    stage.turn(shuffle=True)
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    await stage.until_done()
    assert sorted(stage.receiver.statuses(announcement.reference)) == [1, 2, 3, 4]
    assert stage.receiver.statuses(announcement.reference)[0] == 3
    assert (await stage.client.read_payments([announcement.reference]))[announcement.reference] == "paid"


async def test_a_bench_hears_nothing(stage: Stage):
    stage.turn(notices="off")
    order = stage.order(await stage.paid())
    await stage.client.submit(order)
    await stage.until_done()
    assert stage.receiver.notices == []
    assert len((await stage.ledger())["prints"]) == 1


async def test_nobody_listening_is_written_down_as_no_answer(tmp_path):
    async with staged(tmp_path) as stage:
        stage.receiver.url, gone = "http://127.0.0.1:9", stage.simulator.workshop.settings
        stage.simulator.workshop.settings = replace(gone, notify=stage.receiver.url)
        await stage.client.announce_payment(stage.announcement())
        await stage.until_done()
        ledger = await stage.ledger()
        assert {row["http_status"] for row in ledger["notice_answers"]} == {None}
        assert ledger["notices"][0]["state"] == "given_up"


async def test_a_machine_without_blanks_at_the_last_moment_fails_the_print(stage: Stage):
    stage.turn(machine="on", devices={DEVICE: "online"})
    order = stage.order(await stage.paid())
    stage.turn(stock={"device": DEVICE, "shell": stage.shell.shell, "blanks": 1})
    other = stage.order(await stage.paid())
    await asyncio.gather(stage.client.submit(order), stage.client.submit(other))
    await stage.until_done()
    outcomes = sorted(stage.receiver.statuses(each.reference)[-1] for each in (order, other))
    assert outcomes == [13, 16]
    ledger = await stage.ledger()
    assert len(ledger["prints"]) == 1
    assert ledger["stock"][0]["blanks"] == 0


async def test_work_that_fails_unexpectedly_comes_back_and_stops_nobody(stage: Stage):
    with stage.simulator.ledger.change():
        stage.simulator.ledger.plan("nonsense", "x", "", 0.0)
    await stage.client.announce_payment(stage.announcement())
    await stage.receiver.until(lambda: stage.receiver.notices)
    (left,) = stage.simulator.ledger.rows("SELECT * FROM work WHERE kind = 'nonsense'")
    assert left["attempts"] == 1
