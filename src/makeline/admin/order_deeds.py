"""What staff may do with an order where it stands: the forms that its page shows. The verbs decide when they are called."""

from collections.abc import Callable, Mapping
from enum import StrEnum

from makeline.admin.questions.order_file import OrderFile
from makeline.cases.production.states import JobState
from makeline.cases.shop.states import JOURNEYS, Handover, Journey
from makeline.commerce.orders.states import COVERED, OrderStatus, PaymentStanding, Terms
from makeline.parts.ordering.words import Standing, following


class Deed(StrEnum):
    """One form; its value is the last step of the form's path."""

    BEGIN = "begin"
    COMPLETE = "complete"
    RECORD_PAYMENT = "payment"
    SHIP = "ship"
    COLLECT = "collected"
    RELEASE = "release"
    REPRINT = "reprint"
    PRIORITY = "priority"
    CANCEL_PRINT = "cancel-print"
    REFUND = "refund"
    GIVE_BACK = "give-back"
    RENEW_LINK = "renew-link"
    CANCEL = "cancel"
    ERASE = "erase"


def deeds_of(file: OrderFile) -> tuple[Deed, ...]:
    """In the order in which they are shown: what moves it on first, what ends it last."""
    return tuple(deed for deed in Deed if _MAY[deed](file))


def _part_may(target: Standing) -> Callable[[OrderFile], bool]:
    return lambda file: file.part is not None and target in following(file.order)


def _hands_over(handover: Handover, last: Journey) -> Callable[[OrderFile], bool]:
    return lambda file: (
        file.web is not None and file.web.handover is handover and JOURNEYS.allows(file.web.journey, last)
    )


def _print_is(*states: JobState) -> Callable[[OrderFile], bool]:
    def latest_is(file: OrderFile) -> bool:
        return file.case is not None and bool(file.case.jobs) and file.case.jobs[0].status in states

    return latest_is


def _wanted(file: OrderFile) -> bool:
    return file.order.status is not OrderStatus.CANCELLED and file.order.payment_status in COVERED


def _not_offered(file: OrderFile) -> bool:
    return file.case is not None and bool(file.case.jobs) and file.case.jobs[0].offered_at is None


def _owes(file: OrderFile) -> bool:
    order = file.order
    open_minor = order.due_minor - file.received
    return order.terms is Terms.INVOICE and order.status is not OrderStatus.CANCELLED and open_minor > 0


def _may_be_refunded(file: OrderFile) -> bool:
    order = file.order
    partly = order.payment_status is PaymentStanding.PARTLY_PAID
    return (
        file.part is not None and file.received > 0 and (not partly or order.status is OrderStatus.CANCELLED)
    )


def _may_be_given_back(file: OrderFile) -> bool:
    ended = _print_is(JobState.CANCELLED, JobState.COLLECTED)
    return file.visit is not None and file.order.payment_status is PaymentStanding.PAID and ended(file)


def _may_be_cancelled(file: OrderFile) -> bool:
    if file.part is not None:
        return Standing.CANCELLED in following(file.order)
    return file.web is not None and JOURNEYS.allows(file.web.journey, Journey.CANCELLED)


def _print_may_be_cancelled(file: OrderFile) -> bool:
    # An order of the webstore is cancelled whole: its money follows.
    if file.web is not None:
        return False
    waits = _print_is(JobState.QUEUED, JobState.WAITING_FOR_STAFF)(file) and _not_offered(file)
    return waits or _print_is(JobState.FAILED)(file)


_MAY: Mapping[Deed, Callable[[OrderFile], bool]] = {
    Deed.BEGIN: _part_may(Standing.PROCESSING),
    Deed.COMPLETE: _part_may(Standing.COMPLETED),
    Deed.RECORD_PAYMENT: _owes,
    Deed.SHIP: _hands_over(Handover.DELIVERY, Journey.SHIPPED),
    Deed.COLLECT: _hands_over(Handover.COLLECTION, Journey.COLLECTED),
    Deed.RELEASE: lambda file: _wanted(file) and _print_is(JobState.WAITING_FOR_STAFF)(file),
    Deed.REPRINT: lambda file: (
        _wanted(file) and _print_is(JobState.FAILED, JobState.PRINTED, JobState.COLLECTED)(file)
    ),
    Deed.PRIORITY: lambda file: (
        _print_is(JobState.QUEUED, JobState.WAITING_FOR_STAFF)(file) and _not_offered(file)
    ),
    Deed.CANCEL_PRINT: _print_may_be_cancelled,
    Deed.REFUND: _may_be_refunded,
    Deed.GIVE_BACK: _may_be_given_back,
    Deed.RENEW_LINK: lambda file: file.visit is not None,
    Deed.CANCEL: _may_be_cancelled,
    Deed.ERASE: lambda file: file.case is not None,
}
