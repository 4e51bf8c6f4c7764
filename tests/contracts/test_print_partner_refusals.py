"""Every no of the print partner, and what it asks us to do."""

import asyncio

import pytest

from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.wire import WireAnswer
from makeline.cases.production.print_partner import (
    Advice,
    Channel,
    DeviceForbidden,
    DeviceOffline,
    DeviceUnavailable,
    PartnerAway,
    PartnerMisconfigured,
    PartnerRefused,
    PaymentAnnouncement,
    PaymentNotSeen,
    SubmittedJob,
)
from makeline.kernel.money import Money
from tests.adapters.print_partner.partner_stage import (
    DEVICE,
    Stage,
    account,
    payment_reference,
)
from tests.adapters.print_partner.receiver import as_json
from tests.contracts.recording import sample


@pytest.mark.parametrize(
    ("device", "trouble", "advice", "text"),
    [
        ("OFFLINE01", DeviceOffline, Advice.WAIT_FOR_STAFF, "The device is offline."),
        ("FORBIDDEN01", DeviceForbidden, Advice.WAIT_FOR_STAFF, "No permission to access the current device"),
        (
            "NOBODYSDEVICE",
            DeviceForbidden,
            Advice.WAIT_FOR_STAFF,
            "No permission to access the current device",
        ),
        ("FLAKY01", DeviceUnavailable, Advice.RETRY, "device is unavailable"),
    ],
)
async def test_a_device_that_cannot_be_used_says_what_to_do(stage: Stage, device, trouble, advice, text):
    with pytest.raises(trouble) as raised:
        await stage.client.announce_payment(stage.announcement(device=device))
    assert raised.value.advice is advice
    assert raised.value.text == text
    assert not raised.value.may_have_arrived


async def test_an_unavailable_device_is_there_at_the_second_try(stage: Stage):
    announcement = stage.announcement(device="FLAKY01")
    with pytest.raises(DeviceUnavailable):
        await stage.client.announce_payment(announcement)
    assert await stage.client.announce_payment(announcement)


async def test_a_device_switched_off_while_running_is_offline(stage: Stage):
    stage.turn(devices={DEVICE: "offline"})
    with pytest.raises(DeviceOffline):
        await stage.client.announce_payment(stage.announcement())
    stage.turn(devices={DEVICE: "online"})
    assert await stage.client.announce_payment(stage.announcement())


async def test_a_print_order_before_the_payment_is_paid_is_to_be_repeated_after_confirming(stage: Stage):
    announcement = stage.announcement()
    await stage.client.announce_payment(announcement)
    with pytest.raises(PaymentNotSeen) as raised:
        await stage.client.submit(stage.order(announcement.reference))
    assert raised.value.advice is Advice.CONFIRM_PAYMENT
    assert raised.value.text == "Payment information does not exist"


async def test_a_print_order_right_after_the_payment_is_too_soon(stage: Stage):
    stage.turn(settle_seconds=0.3)
    order = stage.order(await stage.paid())
    with pytest.raises(PaymentNotSeen):
        await stage.client.submit(order)
    await asyncio.sleep(0.3)
    assert isinstance(await stage.client.submit(order), SubmittedJob)


async def test_a_print_order_for_an_unknown_payment_is_refused(stage: Stage):
    with pytest.raises(PaymentNotSeen):
        await stage.client.submit(stage.order(payment_reference()))
    with pytest.raises(PaymentNotSeen):
        await stage.client.confirm_payment(payment_reference())


@pytest.mark.parametrize(
    "changes",
    [{"partner_model": "MM000000000000000"}, {"partner_model": "CN_IPHONE_001"}],
)
async def test_an_unknown_model_is_refused_for_good(stage: Stage, changes):
    with pytest.raises(PartnerRefused) as raised:
        await stage.client.announce_payment(stage.announcement(**changes))
    assert raised.value.advice is Advice.GIVE_UP


@pytest.mark.parametrize("changes", [{"shell": "MS000000000000"}, {"device": "TEST_DEVICE_002"}])
async def test_a_shell_or_device_that_does_not_fit_is_refused(stage: Stage, changes):
    order = stage.order(await stage.paid(), **changes)
    with pytest.raises(PartnerRefused):
        await stage.client.submit(order)


async def test_a_device_without_blanks_is_refused(stage: Stage):
    stage.turn(stock={"device": DEVICE, "shell": stage.shell.shell, "blanks": 0})
    order = stage.order(await stage.paid())
    with pytest.raises(PartnerRefused):
        await stage.client.submit(order)


async def test_a_wrong_key_is_a_matter_for_staff(stage: Stage):
    client = PartnerClient(account(stage.simulator.base_url, key="ANOTHERKEY000000000000000000"))
    with pytest.raises(PartnerMisconfigured) as raised:
        await client.list_brands()
    assert raised.value.text == "Data signature failed"
    await client.close()


async def test_an_account_of_the_other_environment_is_a_matter_for_staff(stage: Stage):
    client = PartnerClient(account(stage.simulator.base_url, account="other"))
    with pytest.raises(PartnerMisconfigured) as raised:
        await client.list_brands()
    assert raised.value.text == "The merchant account does not exist"
    await client.close()


async def test_a_partner_in_trouble_is_transient(stage: Stage):
    stage.turn(error_rate=1.0)
    with pytest.raises(PartnerAway):
        await stage.client.announce_payment(stage.announcement())


@pytest.mark.parametrize(
    "answer",
    [b"<html>502</html>", b"[]", b"null", b'{"msg":"x"}', b'{"code":"200"}', b'{"code":true}', b'{"code":200}', b"\xff",
     b'{"code":200,"data":{"id":"MSPY1","third_id":"PYEN000000000000"}}', b'{"code":200,"data":{"id":1}}', b"[" * 99_999],
)  # fmt: skip
async def test_a_body_that_is_not_the_expected_answer_is_no_success(answer):
    class Odd:
        async def post(self, path, headers, body):
            login = as_json(sample("user-login")["answer"])
            return WireAnswer(200, login if path == "user/login" else answer)

        async def close(self):
            pass

    client = PartnerClient(account("http://partner.example/mobileShell/en"), wire=Odd())
    with pytest.raises(PartnerAway) as raised:
        await client.announce_payment(
            PaymentAnnouncement(payment_reference(), "MM1", DEVICE, Money(1, "GBP"), Channel.MACHINE)
        )
    assert raised.value.may_have_arrived
