"""What is done when something happens to an order of the webstore; ``subscriptions`` lists when."""

from makeline.cases.production.events import WebPrintMoved
from makeline.cases.shop.cancel_order import follow_cancelled
from makeline.cases.shop.events import WebOrderMoved, WebOrderPaid
from makeline.cases.shop.follow_print import follow_print
from makeline.cases.shop.letters import send_journey_letter, send_paid_letter, send_returned_letter
from makeline.cases.shop.web_links import WebLinks
from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.orders.events import OrderCancelled
from makeline.commerce.payments.events import MoneyReturned
from makeline.foundation.dispatch import Reaction, Reactions
from makeline.foundation.outbox import Promise
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money
from makeline.main.as_delivery import as_delivery

MAIL = "mail"

FOLLOW_PRINT = Promise("shop.follow_print")
FOLLOW_CANCELLED = Promise("shop.follow_cancelled")
TELL_PAID = Promise("shop.send_paid_letter", destination=MAIL)
TELL_JOURNEY = Promise("shop.send_journey_letter", destination=MAIL)
TELL_RETURNED = Promise("shop.send_returned_letter", destination=MAIL)


def web_reactions(post: PostOffice, links: WebLinks) -> Reactions:
    """What each subscriber of the webstore does."""

    def follow(unit: UnitOfWork, event: WebPrintMoved) -> None:
        follow_print(unit, event.order_id)

    def cancelled(unit: UnitOfWork, event: OrderCancelled) -> None:
        follow_cancelled(unit, event.order_id)

    @as_delivery
    async def paid(event: WebOrderPaid, _attempt: int) -> None:
        await send_paid_letter(post, links, event.order_id)

    @as_delivery
    async def moved(event: WebOrderMoved, _attempt: int) -> None:
        await send_journey_letter(post, links, event.order_id, event.journey)

    @as_delivery
    async def returned(event: MoneyReturned, _attempt: int) -> None:
        await send_returned_letter(post, links, event.order_id, Money(event.minor, event.currency))

    return {
        FOLLOW_PRINT.subscriber: Reaction(WebPrintMoved, in_unit=follow),
        FOLLOW_CANCELLED.subscriber: Reaction(OrderCancelled, in_unit=cancelled),
        TELL_PAID.subscriber: Reaction(WebOrderPaid, outside=paid),
        TELL_JOURNEY.subscriber: Reaction(WebOrderMoved, outside=moved),
        TELL_RETURNED.subscriber: Reaction(MoneyReturned, outside=returned),
    }
