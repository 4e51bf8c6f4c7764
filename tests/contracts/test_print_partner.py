"""The port to the print partner: the same promises over a real socket and over recorded answers."""

import asyncio
import json
from contextlib import asynccontextmanager
from decimal import Decimal
from importlib.resources import files

import pytest
import structlog

from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.signature import verify
from makeline.adapters.print_partner.simulator.settings import DEMO_KEY, DEMO_PASSWORD
from makeline.adapters.print_partner.wire import SocketWire, WireAnswer, WireLimits
from makeline.cases.production.print_partner import (
    Advice,
    Channel,
    DeviceForbidden,
    DeviceOffline,
    DeviceUnavailable,
    JobStep,
    PartnerAway,
    PartnerMisconfigured,
    PartnerRefused,
    PartnerTrouble,
    PaymentAnnouncement,
    PaymentNotSeen,
    PaymentStatus,
    PrintOrder,
    PrintPartner,
    SubmittedJob,
)
from makeline.kernel.money import Money
from tests.adapters.print_partner.partner_stage import (
    DEVICE,
    Stage,
    account,
    order_reference,
    payment_reference,
    staged,
)
from tests.adapters.print_partner.receiver import as_json

SAMPLES = files("makeline.adapters.print_partner") / "samples"


def sample(name):
    return json.loads((SAMPLES / f"{name}.json").read_text("utf-8"))


class Recorded:
    """Answers as they were recorded, and checks that what is sent is what was recorded with them."""

    def __init__(self, *names, key="LABKEY0000000000000000000000"):
        self.key = key
        self.samples = {}
        for recorded in map(sample, names):
            self.samples.setdefault(recorded["path"], []).append(recorded)
        self.sent = []

    async def post(self, path, headers, body):
        self.sent.append((path, headers.decode(), body))
        queue = self.samples[path]
        recorded = queue.pop(0) if len(queue) > 1 else queue[0]
        fields = dict(line.split(": ", 1) for line in headers.decode().split("\r\n") if line)
        assert verify(body, fields["sign"], key=self.key)
        assert fields["req_source"] == "en"
        assert ("Authorization" in fields) == (path != "user/login")
        if "request" in recorded:
            assert json.loads(body) == recorded["request"]
        return WireAnswer(200, as_json(recorded["answer"]))

    async def close(self):
        pass


EVERYTHING = (
    "user-login",
    "pay-data",
    "pay-status",
    "get-pay-status",
    "order-data",
    "get-order-status",
    "brand-list",
    "stock-list",
)


@asynccontextmanager
async def recorded_client(*names):
    wire = Recorded(*names)
    lab = account("https://partner.example/mobileShell/en", account="lab", password="lab", key=wire.key)
    yield PartnerClient(lab, wire=wire), wire


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, customer="walks_away") as ready:
        yield ready


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


# --- signing in ----------------------------------------------------------------------------------------------------


async def test_many_first_callers_share_one_sign_in(stage: Stage):
    logins = count_logins(stage)
    await asyncio.gather(*[stage.client.announce_payment(stage.announcement()) for _ in range(20)])
    assert logins() == 1


async def test_an_expired_token_costs_one_sign_in_for_all(stage: Stage):
    logins = count_logins(stage)
    await stage.client.list_brands()
    stage.turn(expire_tokens=True)
    await asyncio.gather(*[stage.client.announce_payment(stage.announcement()) for _ in range(20)])
    assert logins() == 2


async def test_a_caller_who_gives_up_does_not_take_the_sign_in_away_from_others(stage: Stage):
    impatient = asyncio.create_task(stage.client.list_brands())
    patient = asyncio.create_task(stage.client.list_brands())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    impatient.cancel()
    assert await patient


async def test_a_token_that_is_never_accepted_is_a_matter_for_staff():
    async with recorded_client("user-login", "refusal-login-again") as (client, wire):
        with pytest.raises(PartnerMisconfigured):
            await client.announce_payment(
                PaymentAnnouncement(payment_reference(), "MM1", DEVICE, Money(1, "GBP"), Channel.MACHINE)
            )
        assert [path for path, _, _ in wire.sent] == ["user/login", "order/payData"] * 2


async def test_a_wrong_password_is_not_tried_again_at_once(stage: Stage):
    logins = count_logins(stage)
    client = PartnerClient(account(stage.simulator.base_url, password="wrong"))
    for _ in range(3):
        with pytest.raises(PartnerMisconfigured):
            await client.list_brands()
    assert logins() == 1
    await client.close()


def count_logins(stage: Stage):
    """How often the simulator was asked to log somebody in from now on."""
    calls = []
    original = stage.simulator.calls["user/login"]
    stage.simulator.calls["user/login"] = lambda body: calls.append(1) or original(body)
    return lambda: len(calls)


# --- refusals ------------------------------------------------------------------------------------------------------


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


# --- refused before the call -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "blob:https://shop.example/1?token=1:a:b",
        "https://shop.example/image/1.png",
        "https://shop.example/image/1.png?token=1:a:b&token=1:a:b",
        "https://shop.example/image/1.png?token=1:a:b?token=1:a:b",
        "ftp://shop.example/image/1.png?token=1:a:b",
        "/image/1.png?token=1:a:b",
        "https://shop.example/im age/1.png?token=1:a:b",
        "https://shop.example/image/1.png?token=1:a:b\r\nX: y",
        "https://shop.example/image/" + "x" * 1000 + "?token=1:a:b",
        "https://[bad/image/1.png?token=1:a:b",
        "",
    ],
)
async def test_a_picture_address_that_printers_cannot_use_never_leaves_the_house(stage: Stage, address):
    with pytest.raises(PartnerRefused, match="picture address"):
        await stage.client.submit(stage.order(payment_reference(), picture_url=address))
    assert (await stage.ledger())["refusals"] == []


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": Money(0, "GBP")},
        {"amount": Money(1_000_001, "GBP")},
        {"amount": Money(1999, "EUR")},
        {"reference": "MSPY10261121000001"},
        {"reference": "OREN261121000001"},
        {"partner_model": ""},
        {"device": ""},
    ],
)
async def test_an_impossible_announcement_never_leaves_the_house(stage: Stage, changes):
    with pytest.raises(PartnerRefused):
        await stage.client.announce_payment(stage.announcement(**changes))
    assert (await stage.ledger())["refusals"] == []


async def test_the_partners_payment_id_never_stands_for_ours(stage: Stage):
    with pytest.raises(PartnerRefused):
        await stage.client.submit(stage.order("MSPY10261121000001"))


# --- listings ----------------------------------------------------------------------------------------------------------


async def test_stock_is_read_with_exact_sizes_and_incomplete_rows_are_marked():
    async with recorded_client(*EVERYTHING) as (client, _):
        rows = await client.list_stock(device="CXYLOGD8OQUK", brand="BR20250111000002")
        assert [(row.shell, row.width_mm, row.stock, row.complete) for row in rows] == [
            ("MS102503270003", Decimal("73.24"), 2, True),
            ("MS102504100001", Decimal("78.91"), 0, True),
            (None, None, 2, False),
        ]
        brands = await client.list_brands()
        assert [(brand.chinese_name, brand.english_name) for brand in brands] == [
            ("苹果", "Apple"),
            ("三星", "SAMSUNG"),
            (None, None),
        ]


async def test_every_catalogue_model_can_be_printed_on_every_machine(stage: Stage):
    models = set()
    for brand in await stage.client.list_brands():
        rows = await stage.client.list_stock(device=DEVICE, brand=brand.id)
        assert all(row.complete and row.stock == 100 for row in rows)
        models |= {row.partner_model for row in rows}
    assert len(models) == 58


# --- logs ----------------------------------------------------------------------------------------------------------------


async def test_logs_tell_what_happened_and_no_secret(stage: Stage):
    with structlog.testing.capture_logs() as lines:
        order = stage.order(await stage.paid())
        await stage.client.submit(order)
        for wrong in ({"password": "not-the-password"}, {"account": "not-the-account"}, {"key": "NOTTHEKEY"}):
            other = PartnerClient(account(stage.simulator.base_url, **wrong))
            with pytest.raises(PartnerTrouble):
                await other.list_brands()
            await other.close()
    text = repr(lines)
    for secret in (DEMO_PASSWORD, DEMO_KEY, "not-the", "NOTTHEKEY", "0f0f0f", "token="):
        assert secret not in text
    line = next(line for line in lines if line["path"] == "order/orderData")
    assert line["code"] == 200
    assert order.reference in line["ids"]
    assert line["ms"] >= 0


async def test_a_text_that_echoes_secrets_is_redacted():
    class Chatty:
        async def post(self, path, headers, body):
            return WireAnswer(
                200, as_json({"code": 500, "msg": f"bad {body.decode()} http://x/1.png?token=1:a:f00"})
            )

        async def close(self):
            pass

    client = PartnerClient(account("http://partner.example/mobileShell/en"), wire=Chatty())
    with pytest.raises(PartnerMisconfigured) as raised:
        await client.list_brands()
    assert DEMO_PASSWORD not in raised.value.text
    assert "f00" not in raised.value.text
    assert "[hidden]" in str(raised.value)
