"""When somebody, an order or a call request changes, sales people see it: the part of the subscriptions that serves them."""

from makeline.commerce.accounts.events import EmailConfirmationWished, ProfileChanged, UserRegistered
from makeline.commerce.orders.events import OrderCancelled, OrderCompleted, OrderFailed
from makeline.commerce.orders.queries import order_by_id
from makeline.crm.records import Entity
from makeline.crm.want import want, want_user
from makeline.foundation.dispatch import Reaction, Reactions
from makeline.foundation.outbox import Promise
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.call_requests.events import CallRequested, CallRequestMoved
from makeline.parts.ordering.events import PartOrderMoved

# Everything that sales people see of ours.
MIRROR_USER = Promise("crm.want_user_when_registered")
MIRROR_PROFILE = Promise("crm.want_user_when_changed")
MIRROR_EMAIL = Promise("crm.want_user_when_email_changed")
MIRROR_CALL = Promise("crm.want_call")
MIRROR_CALL_MOVED = Promise("crm.want_call_when_moved")
MIRROR_PART_ORDER = Promise("crm.want_order_when_moved")
MIRROR_COMPLETED = Promise("crm.want_order_when_completed")
MIRROR_FAILED = Promise("crm.want_order_when_failed")
MIRROR_CANCELLED = Promise("crm.want_order_when_cancelled")


def mirrored() -> Reactions:
    """What each of them does."""

    def user(unit: UnitOfWork, event: UserRegistered | ProfileChanged | EmailConfirmationWished) -> None:
        want_user(unit, event.user_id)

    def call(unit: UnitOfWork, event: CallRequested | CallRequestMoved) -> None:
        want(unit, Entity.LEAD, event.call_request_id)

    def order(
        unit: UnitOfWork, event: OrderCompleted | OrderFailed | OrderCancelled | PartOrderMoved
    ) -> None:
        if not order_by_id(unit, event.order_id).is_test:
            want(unit, Entity.DEAL, event.order_id)

    return {
        MIRROR_USER.subscriber: Reaction(UserRegistered, in_unit=user),
        MIRROR_PROFILE.subscriber: Reaction(ProfileChanged, in_unit=user),
        MIRROR_EMAIL.subscriber: Reaction(EmailConfirmationWished, in_unit=user),
        MIRROR_CALL.subscriber: Reaction(CallRequested, in_unit=call),
        MIRROR_CALL_MOVED.subscriber: Reaction(CallRequestMoved, in_unit=call),
        MIRROR_PART_ORDER.subscriber: Reaction(PartOrderMoved, in_unit=order),
        MIRROR_COMPLETED.subscriber: Reaction(OrderCompleted, in_unit=order),
        MIRROR_FAILED.subscriber: Reaction(OrderFailed, in_unit=order),
        MIRROR_CANCELLED.subscriber: Reaction(OrderCancelled, in_unit=order),
    }
