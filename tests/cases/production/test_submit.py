"""A paid case is given to the print partner: in his order of calls, safe to run twice, and trouble is told."""

from datetime import timedelta

import pytest

from makeline.cases.production.print_partner import (
    DeviceForbidden,
    DeviceOffline,
    DeviceUnavailable,
    PartnerAway,
    PartnerMisconfigured,
    PartnerRefused,
    PartnerTrouble,
    PaymentNotSeen,
    PaymentStatus,
    PrintOrder,
    SubmittedJob,
)
from makeline.cases.production.states import JobState
from makeline.commerce.files.links import Audience
from makeline.commerce.orders.models import Order
from makeline.commerce.payments.states import PaymentState
from makeline.foundation.promises import MOST_ATTEMPTS, GiveUp, TryLater
from makeline.kernel.errors import FailureKind
from tests.fakes import PlainPartner
from tests.given import Given


class ForgetfulWorker(PlainPartner):
    """A partner who does what he is asked, while we die before we have written down his answer."""

    async def submit(self, order: PrintOrder) -> SubmittedJob:
        await super().submit(order)
        raise ConnectionResetError


class StrictPartner(PlainPartner):
    """A partner who refuses an order that he has already."""

    async def submit(self, order: PrintOrder) -> SubmittedJob:
        if order.reference in self.orders:
            raise PartnerRefused("third_id already exists")
        return await super().submit(order)


async def _paid_order(given: Given) -> Order:
    return await given.order((await given.paid_sale()).outcome.order_number)


async def _paid_by_notice(given: Given) -> Order:
    _, begun = await given.payment_begun()
    given.partner.payments[begun.payment.reference] = PaymentStatus.PAID
    await given.notice(begun.payment.reference, PaymentStatus.PAID)
    return begun.order


async def _ready_to_print(given: Given) -> Order:
    """Paid, known to the partner as paid, and his pause is over."""
    order = await _paid_by_notice(given)
    with pytest.raises(TryLater):
        await given.submitted(order)
    given.clock.tick(seconds=3)
    given.partner.calls.clear()
    return order


async def test_a_sale_the_partner_has_not_heard_of_is_announced_confirmed_and_after_three_seconds_ordered(
    given: Given,
):
    order = await _paid_order(given)
    with pytest.raises(TryLater) as wait:
        await given.submitted(order)
    calls = [call for call in given.partner.calls if call != "read payments"]
    assert calls == ["announce", "confirm"]
    assert wait.value.at == given.clock.now + timedelta(seconds=3)
    given.clock.tick(seconds=3)
    given.partner.calls.clear()
    await given.submitted(order)
    assert given.partner.calls == ["submit"]


async def test_a_sale_whose_payment_began_at_the_partner_is_asked_for_and_confirmed(given: Given):
    session, begun = await given.payment_begun()
    await given.confirmed(session.key)
    given.partner.calls.clear()
    await given.submitted(begun.order, until_sent=True)
    assert given.partner.calls == ["read payments", "confirm", "submit"]


async def test_a_payment_that_the_partner_counts_as_paid_is_not_confirmed_again(given: Given):
    session, begun = await given.payment_begun()
    given.partner.payments[begun.payment.reference] = PaymentStatus.PAID
    await given.confirmed(session.key)
    given.partner.calls.clear()
    await given.submitted(begun.order, until_sent=True)
    assert given.partner.calls == ["read payments", "submit"]


async def test_a_sale_paid_by_the_partners_own_notice_is_never_confirmed_by_us(given: Given):
    order = await _paid_by_notice(given)
    given.partner.calls.clear()
    with pytest.raises(TryLater):
        await given.submitted(order)
    assert given.partner.calls == ["read payments"]
    given.clock.tick(seconds=3)
    await given.submitted(order)
    assert given.partner.calls == ["read payments", "submit"]


async def test_a_notice_is_believed_when_the_partner_himself_counts_the_payment_as_paid_and_not_before(
    given: Given,
):
    _, begun = await given.payment_begun()
    await given.notice(begun.payment.reference, PaymentStatus.PAID)
    with pytest.raises(TryLater):
        await given.submitted(begun.order)
    assert given.partner.calls == ["announce", "read payments"]
    assert given.partner.payments[begun.payment.reference] is PaymentStatus.PENDING
    given.partner.payments[begun.payment.reference] = PaymentStatus.PAID
    await given.submitted(begun.order, attempt=2, until_sent=True)
    assert (await given.job(begun.order)).status is JobState.SENT


async def test_at_a_test_machine_the_partner_is_told_of_what_anybody_may_report(given: Given):
    _, begun = await given.payment_begun("VM_TEST_MANUFACTURER")
    await given.notice(begun.payment.reference, PaymentStatus.PAID, caller=given.stranger())
    await given.submitted(begun.order, until_sent=True)
    assert given.partner.calls == ["announce", "read payments", "confirm", "submit"]


async def test_the_partner_is_told_our_ids_his_model_the_shell_and_a_link_for_printers(given: Given):
    order, job = await given.sent_print()
    ordered = given.partner.orders[job.reference]
    assert ordered.payment_reference == (await given.payment_of(order)).reference
    assert ordered.shell == await given.usual_shell()
    assert ordered.device == "LONDON_DEVICE_001"
    assert ordered.partner_model.startswith("MM")
    assert ordered.picture_url.count("token=") == 1
    address, _, token = ordered.picture_url.partition("?token=")
    name = address.rpartition("/image/")[2]
    assert given.links.check(name, token, given.clock.now) is Audience.MANUFACTURER
    assert given.storage.kept[name].startswith(b"print ")


async def test_a_sent_print_carries_the_partners_ids_and_moment(given: Given):
    _, job = await given.sent_print()
    assert job.status is JobState.SENT
    assert job.partner_reference == f"MSOR-{job.reference}"
    assert job.partner_queue_number == "6693"
    assert job.sent_at == given.clock.now


async def test_a_print_is_given_to_the_partner_once_however_often_the_promise_comes_round(given: Given):
    order, _ = await given.sent_print()
    given.partner.calls.clear()
    for attempt in (1, 2, 9):
        await given.submitted(order, attempt=attempt)
    assert given.partner.calls == []


@pytest.mark.parametrize("trouble", [PartnerAway, DeviceUnavailable, PaymentNotSeen])
async def test_passing_trouble_is_tried_again_and_the_print_stays_queued(
    given: Given, trouble: type[PartnerTrouble]
):
    order = await _ready_to_print(given)
    given.partner.trouble = [trouble("not now")]
    with pytest.raises(TryLater) as later:
        await given.submitted(order)
    assert (later.value.reason, later.value.at) == ("not now", None)
    assert (await given.job(order)).status is JobState.QUEUED
    await given.submitted(order, attempt=2, until_sent=True)
    assert (await given.job(order)).status is JobState.SENT


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (PartnerMisconfigured, FailureKind.MISCONFIGURED),
        (DeviceForbidden, FailureKind.MISCONFIGURED),
        (DeviceOffline, FailureKind.MISCONFIGURED),
        (PartnerRefused, FailureKind.PERMANENT),
    ],
)
async def test_trouble_that_staff_must_mend_holds_the_print_and_leaves_the_payment_paid(
    given: Given, trouble: type[PartnerTrouble], kind: FailureKind
):
    order = await _ready_to_print(given)
    given.partner.trouble = [trouble("No permission")]
    with pytest.raises(GiveUp) as given_up:
        await given.submitted(order)
    assert (given_up.value.reason, given_up.value.kind) == ("No permission", kind)
    job = await given.job(order)
    assert (job.status, job.trouble) == (JobState.WAITING_FOR_STAFF, "No permission")
    assert (await given.payment_of(order)).status is PaymentState.PAID


async def test_a_partner_who_stays_away_leaves_the_print_with_staff_after_the_last_try(given: Given):
    order = await _ready_to_print(given)
    given.partner.trouble = [PartnerAway("no route"), PartnerAway("no route")]
    with pytest.raises(TryLater):
        await given.submitted(order, attempt=MOST_ATTEMPTS - 1)
    with pytest.raises(GiveUp):
        await given.submitted(order, attempt=MOST_ATTEMPTS)
    job = await given.job(order)
    assert (job.status, job.trouble) == (JobState.WAITING_FOR_STAFF, "no route")


async def test_a_print_that_waits_for_staff_is_not_sent_behind_their_back(given: Given):
    order = await _ready_to_print(given)
    given.partner.trouble = [PartnerRefused("no such shell")]
    with pytest.raises(GiveUp):
        await given.submitted(order)
    given.partner.calls.clear()
    await given.submitted(order, attempt=2)
    assert given.partner.calls == []


async def test_after_a_crash_between_call_and_record_the_partner_is_asked_before_anything_is_repeated(
    given: Given,
):
    order = await _ready_to_print(given)
    given.partner = ForgetfulWorker(payments=given.partner.payments)
    with pytest.raises(ConnectionResetError):
        await given.submitted(order)
    assert (await given.job(order)).status is JobState.QUEUED
    given.partner = StrictPartner(payments=given.partner.payments, orders=given.partner.orders)
    await given.submitted(order, attempt=2)
    assert given.partner.calls == ["read jobs"]
    assert (await given.job(order)).status is JobState.SENT
    assert len(given.partner.orders) == 1


async def test_a_repeat_that_never_arrived_is_sent(given: Given):
    order = await _ready_to_print(given)
    await given.submitted(order, attempt=2)
    assert given.partner.calls[-2:] == ["read jobs", "submit"]
    assert (await given.job(order)).status is JobState.SENT


async def test_a_partner_who_lost_the_payment_is_told_of_it_again(given: Given):
    session, begun = await given.payment_begun()
    await given.confirmed(session.key)
    with pytest.raises(TryLater):
        await given.submitted(begun.order)
    given.clock.tick(seconds=5)
    given.partner.trouble = [PaymentNotSeen("Payment information does not exist")]
    given.partner.payments[begun.payment.reference] = PaymentStatus.PENDING
    with pytest.raises(TryLater):
        await given.submitted(begun.order)
    given.clock.tick(seconds=5)
    await given.submitted(begun.order, attempt=2, until_sent=True)
    assert given.partner.payments[begun.payment.reference] is PaymentStatus.PAID
    assert (await given.job(begun.order)).status is JobState.SENT


async def test_a_design_changed_while_the_customer_paid_is_the_one_that_is_printed(given: Given):
    session, begun = await given.payment_begun()
    await given.summary(session.key, text="For Ada")
    await given.confirmed(session.key)
    await given.submitted(begun.order, until_sent=True)
    (ordered,) = given.partner.orders.values()
    name = ordered.picture_url.partition("?token=")[0].rpartition("/image/")[2]
    made = [data for name_, data in given.storage.kept.items() if name_ == name]
    latest = [data for data in given.storage.kept.values() if data.startswith(b"print ")][-1]
    assert made == [latest]


async def test_money_that_the_partner_denies_to_the_end_waits_for_staff_with_its_print(given: Given):
    order = await _paid_by_notice(given)
    given.partner.payments[(await given.payment_of(order)).reference] = PaymentStatus.PENDING
    with pytest.raises(GiveUp):
        await given.submitted(order, attempt=MOST_ATTEMPTS)
    assert await given.anomalies() == ["paid_here_not_at_partner"]
    assert (await given.job(order)).status is JobState.WAITING_FOR_STAFF
    assert (await given.payment_of(order)).status.value == "paid"
