"""The port to the print partner: the same promises over a real socket and over recorded answers."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.wire import SocketWire, WireLimits
from makeline.cases.production.print_partner import (
    Advice,
    Channel,
    JobStep,
    PartnerAway,
    PartnerRefused,
    PaymentAnnouncement,
    PaymentStatus,
    PrintOrder,
    PrintPartner,
)
from makeline.kernel.money import Money
from tests.adapters.print_partner.partner_stage import (
    Stage,
    account,
    order_reference,
    payment_reference,
    staged,
)
from tests.contracts.recording import EVERYTHING, recorded_client, sample


@asynccontextmanager
async def simulated_sale(folder):
    async with staged(folder, customer="walks_away", machine="off") as stage:
        announcement = stage.announcement()
        yield stage.client, announcement, stage.order(announcement.reference)


@asynccontextmanager
async def recorded_sale(_folder):
    async with recorded_client(*EVERYTHING) as (client, _):
        told, order = sample("pay-data")["request"], sample("order-data")["request"]
        yield (
            client,
            PaymentAnnouncement(
                told["third_id"],
                told["mobile_model_id"],
                told["device_id"],
                Money(1999, "GBP"),
                Channel.MACHINE,
            ),
            PrintOrder(
                order["third_id"],
                order["third_pay_id"],
                order["mobile_model_id"],
                order["mobile_shell_id"],
                order["device_id"],
                order["pic"],
            ),
        )


@pytest.mark.parametrize("sale", [simulated_sale, recorded_sale])
async def test_a_sale_goes_from_announcement_to_print_order(sale, tmp_path):
    async with sale(tmp_path) as (client, announcement, order):
        port: PrintPartner = client
        assert (await port.announce_payment(announcement)).startswith("MSPY10")
        await port.confirm_payment(announcement.reference)
        assert await port.read_payments([announcement.reference]) == {
            announcement.reference: PaymentStatus.PAID
        }
        job = await port.submit(order)
        assert job.partner_reference.startswith("MSOR10")
        assert len(job.queue_number) == 4
        assert job.step is JobStep.ACCEPTED
        assert set(await port.read_jobs([order.reference])) == {order.reference}


# --- repeats and lost answers -----------------------------------------------------------------------------------


async def test_a_repeated_announcement_is_one_payment(stage: Stage):
    announcement = stage.announcement()
    first = await stage.client.announce_payment(announcement)
    assert await stage.client.announce_payment(announcement) == first
    assert len((await stage.ledger())["payments"]) == 1


async def test_a_repeated_print_order_is_printed_once(stage: Stage):
    order = stage.order(await stage.paid())
    first = await stage.client.submit(order)
    repeats = await asyncio.gather(*[stage.client.submit(order) for _ in range(8)])
    assert set(repeats) == {first}
    await stage.until_done()
    assert len((await stage.ledger())["prints"]) == 1


async def test_the_same_reference_with_other_data_is_refused(stage: Stage):
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    with pytest.raises(PartnerRefused):
        await stage.client.announce_payment(
            stage.announcement(announcement.reference, amount=Money(1, "GBP"))
        )


async def test_an_answer_lost_after_the_change_is_found_by_asking(stage: Stage):
    announcement = stage.announcement()
    stage.turn(drop_answers=1)
    with pytest.raises(PartnerAway) as trouble:
        await stage.client.announce_payment(announcement)
    assert trouble.value.may_have_arrived
    assert await stage.client.read_payments([announcement.reference]) == {
        announcement.reference: PaymentStatus.PENDING
    }
    assert await stage.client.announce_payment(announcement)
    assert len((await stage.ledger())["payments"]) == 1


async def test_a_time_out_after_a_print_order_never_prints_twice(stage: Stage):
    order = stage.order(await stage.paid())
    stage.turn(drop_answers=1, hang_seconds=1)
    wire = SocketWire(stage.simulator.base_url, limits=WireLimits(total=0.2))
    hasty = PartnerClient(account(stage.simulator.base_url), wire=wire)
    with pytest.raises(PartnerAway) as trouble:
        await hasty.submit(order)
    assert trouble.value.may_have_arrived
    assert order.reference in await stage.client.read_jobs([order.reference])
    await stage.client.submit(order)
    await stage.until_done()
    assert len((await stage.ledger())["prints"]) == 1
    await hasty.close()


async def test_nobody_listening_is_transient_and_certainly_did_not_arrive():
    client = PartnerClient(account("http://127.0.0.1:9/mobileShell/en"))
    with pytest.raises(PartnerAway) as trouble:
        await client.read_payments([payment_reference()])
    assert not trouble.value.may_have_arrived
    assert trouble.value.advice is Advice.RETRY


async def test_unknown_references_are_absent(stage: Stage):
    assert await stage.client.read_payments([payment_reference(), "PAY_123"]) == {}
    assert await stage.client.read_jobs([order_reference()]) == {}
    assert await stage.client.read_payments([]) == {}


async def test_many_references_are_asked_in_groups(stage: Stage):
    references = [await stage.paid() for _ in range(3)]
    unknown = [payment_reference() for _ in range(230)]
    assert await stage.client.read_payments(unknown + references) == dict.fromkeys(
        references, PaymentStatus.PAID
    )


async def test_a_job_can_be_asked_for_by_the_partners_reference(stage: Stage):
    stage.turn(machine="off")
    order = stage.order(await stage.paid())
    job = await stage.client.submit(order)
    assert await stage.client.read_jobs([job.partner_reference]) == {order.reference: JobStep.ACCEPTED}
