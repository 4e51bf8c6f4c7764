"""Give a paid case to the print partner: he knows the payment, he counts it as paid, then he gets the order.

Between units; safe to run twice. Every id it sends was stored before, and the partner prints one id once.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, func, update

from makeline.cases.machines.queries import machine_topic
from makeline.cases.production.announce import announce_payment
from makeline.cases.production.content_check import (
    CheckerAway,
    ContentChecker,
    content_check_of,
    record_content_check,
)
from makeline.cases.production.hindrance import hindrance_of
from makeline.cases.production.models import print_jobs
from makeline.cases.production.print_partner import (
    Advice,
    JobStep,
    PartnerTrouble,
    PaymentNotSeen,
    PaymentStatus,
    PrintOrder,
    PrintPartner,
    SubmittedJob,
)
from makeline.cases.production.progress import job_topic
from makeline.cases.production.queries import PrintPlan, job_for_update, plan_of_order, queued_prints_of
from makeline.cases.production.states import JOB_STATES, ContentState, JobState
from makeline.cases.production.turn import offer_job, take_offer_back
from makeline.commerce.files.links import Audience, Links
from makeline.commerce.files.storage import Storage
from makeline.commerce.files.whole import FileDamaged, SeenWhole, report_damaged, whole_bytes
from makeline.commerce.payments.settle import record_provider_denies, record_provider_paid
from makeline.commerce.payments.states import Evidence
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.metrics import HAND_OVER_SECONDS
from makeline.foundation.promises import MOST_ATTEMPTS, GiveUp, TryLater
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import FailureKind

_SENT = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(
        status=bindparam("status"),
        partner_reference=func.coalesce(bindparam("partner_reference"), print_jobs.c.partner_reference),
        partner_queue_number=func.coalesce(
            bindparam("partner_queue_number"), print_jobs.c.partner_queue_number
        ),
        sent_at=bindparam("now"),
        trouble=None,
    )
)
_RECEIPT = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(
        partner_reference=func.coalesce(bindparam("partner_reference"), print_jobs.c.partner_reference),
        partner_queue_number=func.coalesce(
            bindparam("partner_queue_number"), print_jobs.c.partner_queue_number
        ),
    )
)
_TROUBLE = Change(
    update(print_jobs)
    .where(print_jobs.c.id == bindparam("job_id"))
    .values(status=bindparam("status"), trouble=bindparam("trouble"))
)


# We took the money ourselves, or there was none to take: the partner hears of it from us.
_OURS = (Evidence.RECEIPT, Evidence.GATEWAY, Evidence.FREE)


class Submission(NamedTuple):
    """What submitting needs besides the database: partner, links, where prints lie and which were seen whole, and his pause after a payment.

    ``checker`` looks at prints before they are made; None: nobody does. ``most_at_partner``: prints of one machine that he may hold at once; None for any number.
    """

    partner: PrintPartner
    links: Links
    storage: Storage
    seen: SeenWhole
    pause: timedelta
    most_at_partner: int | None = None
    checker: ContentChecker | None = None


async def submit_print(begin: Begin, submission: Submission, order_id: int, *, attempt: int) -> None:
    """Returns when the partner has the job, or nobody wants it any more.

    ``attempt`` above 1: the partner is first asked whether he has it already. Raises ``TryLater`` to wait for the
    partner, ``GiveUp`` after telling staff why the job waits.
    """
    planned_at, plan, hindrance = await begin(lambda unit: _plan_to_send(unit, order_id), actor="worker")
    if plan is None:
        return
    if hindrance is not None:
        raise GiveUp(hindrance, FailureKind.PERMANENT)
    await _see_print_whole(begin, submission, plan)
    await _see_content(begin, submission, plan)
    try:
        await _see_payment_paid(begin, submission, plan, planned_at)
        submitted = await _submit_once(begin, submission, plan, attempt=attempt)
    except PartnerTrouble as trouble:
        promise = trouble_to_promise(trouble)
        if isinstance(promise, TryLater) and attempt >= MOST_ATTEMPTS:
            promise = GiveUp(promise.reason, FailureKind.TRANSIENT)
        decided = promise
        told = trouble
        await begin(lambda unit: _after(unit, plan, told, decided), actor="worker")
        raise promise from trouble
    if submitted is not None:
        receipt = submitted
        taken_at = await begin(lambda unit: _record_taken(unit, plan.job_id, receipt), actor="print partner")
        HAND_OVER_SECONDS.observe((taken_at - plan.created_at).total_seconds())


def _record_taken(unit: UnitOfWork, job_id: int, receipt: SubmittedJob) -> datetime:
    record_sent(unit, job_id, receipt)
    return unit.now


async def _see_content(begin: Begin, submission: Submission, plan: PrintPlan) -> None:
    """Somebody has looked at what is printed; what he doubts waits until staff has looked, too."""
    if submission.checker is None:
        return
    check = await begin(lambda unit: content_check_of(unit, plan.print_sha256), actor="worker")
    if check is None:
        try:
            data = await whole_bytes(submission.storage, plan.print_name, plan.print_sha256)
            doubts = await submission.checker.doubts(data)
        except CheckerAway as away:
            raise TryLater(f"the content check is away: {away}") from away
        check = await begin(
            lambda unit: record_content_check(unit, plan.print_sha256, doubts), actor="content check"
        )
    if check.state in (ContentState.HELD, ContentState.REFUSED):
        reason = f"content check: {check.reason}"
        await begin(lambda unit: hold_job(unit, plan.job_id, reason), actor="content check")
        raise GiveUp(reason, FailureKind.PERMANENT)


def _plan_to_send(unit: UnitOfWork, order_id: int) -> tuple[datetime, PrintPlan | None, str | None]:
    """The moment, the plan of a print that is to be sent, if there is one, and why it waits for staff instead."""
    plan = plan_of_order(unit, order_id)
    if plan is None or plan.status is not JobState.QUEUED:
        return unit.now, None, None
    hindrance = hindrance_of(unit, plan)
    if hindrance is not None:
        hold_job(unit, plan.job_id, hindrance)
    return unit.now, plan, hindrance


async def _see_print_whole(begin: Begin, submission: Submission, plan: PrintPlan) -> None:
    """What he will fetch is what the customer approved: the very bytes, and they bear that design's hash."""
    storage, name, digest = submission.storage, plan.print_name, plan.print_sha256
    try:
        await submission.seen.must_be_whole(storage, name, digest, bears=plan.design_hash)
    except FileDamaged as damaged:
        reason = damaged.message
        await begin(lambda unit: _hold_damaged(unit, plan, reason), actor="worker")
        raise GiveUp(reason, FailureKind.PERMANENT) from damaged


def _hold_damaged(unit: UnitOfWork, plan: PrintPlan, reason: str) -> None:
    report_damaged(unit, plan.print_name)
    hold_job(unit, plan.job_id, reason)


def hold_prints_of(unit: UnitOfWork, file_name: str) -> None:
    """Every print that was to be made of this file waits for staff."""
    for job_id in queued_prints_of(unit, file_name):
        hold_job(unit, job_id, "the print file is not what was drawn any more")


async def _submit_once(
    begin: Begin, submission: Submission, plan: PrintPlan, *, attempt: int
) -> SubmittedJob | None:
    """An earlier try may have arrived although we saw no answer: then there is nothing to repeat.

    None when staff took the job back meanwhile.
    """
    if attempt > 1:
        known = await submission.partner.read_jobs([plan.reference])
        if plan.reference in known:
            arrived = known[plan.reference] or JobStep.ACCEPTED
            return SubmittedJob(partner_reference=None, queue_number=None, step=arrived)
    most = submission.most_at_partner
    now = await begin(lambda unit: offer_job(unit, plan.job_id, most=most), actor="worker")
    if now is None:
        return None
    try:
        return await submission.partner.submit(_print_order(submission, plan, now))
    except PartnerTrouble as trouble:
        if not trouble.may_have_arrived:
            await begin(lambda unit: take_offer_back(unit, plan.job_id, plan.machine_id), actor="worker")
        raise


def _after(unit: UnitOfWork, plan: PrintPlan, trouble: PartnerTrouble, promise: TryLater | GiveUp) -> None:
    if trouble.advice is Advice.CONFIRM_PAYMENT:
        record_provider_denies(unit, plan.payment_id)
    if isinstance(promise, GiveUp):
        hold_job(unit, plan.job_id, promise.reason)
        if trouble.advice is Advice.CONFIRM_PAYMENT:
            detail = {"print": plan.reference, "settled_by": plan.settled_by, "partner_says": trouble.text}
            note_anomaly(unit, "paid_here_not_at_partner", plan.payment_reference, detail=detail)


def trouble_to_promise(trouble: PartnerTrouble) -> TryLater | GiveUp:
    """What trouble with the partner means for the promise to talk to him."""
    if trouble.advice in (Advice.RETRY, Advice.CONFIRM_PAYMENT):
        return TryLater(trouble.text)
    misconfigured = trouble.advice is Advice.WAIT_FOR_STAFF
    return GiveUp(trouble.text, FailureKind.MISCONFIGURED if misconfigured else FailureKind.PERMANENT)


def _print_order(submission: Submission, plan: PrintPlan, now: datetime) -> PrintOrder:
    link = submission.links.link(plan.print_name, Audience.MANUFACTURER, now)
    return PrintOrder(
        reference=plan.reference,
        payment_reference=plan.payment_reference,
        partner_model=plan.partner_model,
        shell=plan.shell_id,
        device=plan.device,
        picture_url=link.url,
    )


async def _see_payment_paid(
    begin: Begin, submission: Submission, plan: PrintPlan, planned_at: datetime
) -> None:
    """Before anything prints, the partner himself counts the payment as paid, and had his pause since.

    Where our own terminal took the money we tell him; a notice that said so is only believed when he confirms it.
    """
    paid_at = plan.provider_paid_at
    if paid_at is None:
        if plan.provider_reference is None:
            await announce_payment(begin, submission.partner, plan.payment_id)
        known = await submission.partner.read_payments([plan.payment_reference])
        if known.get(plan.payment_reference) is not PaymentStatus.PAID:
            if plan.settled_by not in _OURS and not plan.machine_is_test:
                raise PaymentNotSeen("the partner does not count this payment as paid")
            await submission.partner.confirm_payment(plan.payment_reference)
        paid_at = planned_at = await begin(lambda unit: _provider_paid(unit, plan.payment_id), actor="worker")
    if planned_at < paid_at + submission.pause:
        raise TryLater("the partner needs a moment after the payment", at=paid_at + submission.pause)


def _provider_paid(unit: UnitOfWork, payment_id: int) -> datetime:
    record_provider_paid(unit, payment_id)
    return unit.now


def record_sent(unit: UnitOfWork, job_id: int, submitted: SubmittedJob) -> None:
    """The partner has the job; his notices may have been faster than his answer."""
    job = job_for_update(unit, job_id)
    unit.touch(job_topic(job.order_id))
    unit.touch(machine_topic(job.machine_id))
    receipt = {
        "partner_reference": submitted.partner_reference,
        "partner_queue_number": submitted.queue_number,
    }
    if job.status is JobState.QUEUED:
        unit.move(JOB_STATES, job.id, job.status, JobState.SENT, cause="the partner took the order")
        unit.put(_SENT, job_id=job.id, status=JobState.SENT, now=unit.now, **receipt)
    else:
        unit.put(_RECEIPT, job_id=job.id, **receipt)


def hold_job(unit: UnitOfWork, job_id: int, reason: str) -> None:
    """The print waits for staff; the payment stays as it is."""
    job = job_for_update(unit, job_id)
    if job.status is not JobState.QUEUED:
        return
    unit.move(JOB_STATES, job.id, job.status, JobState.WAITING_FOR_STAFF, cause=reason)
    unit.put(_TROUBLE, job_id=job.id, status=JobState.WAITING_FOR_STAFF, trouble=reason)
    unit.touch(job_topic(job.order_id))
    unit.touch(machine_topic(job.machine_id))
