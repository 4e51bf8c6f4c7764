"""Customers hear by letter where their orders stand; only at an address that they confirmed."""

from collections.abc import Mapping

from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.notices.mailer import Letter
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.queries import order_by_id
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money
from makeline.parts.ordering.words import Standing

_WORDS: Mapping[Standing, tuple[str, str]] = {
    Standing.PENDING: (
        "we have your order",
        "thank you: we have your order {number} over {due}. We tell you when we begin to make it.",
    ),
    Standing.PROCESSING: ("we are making your order", "we have begun to make your order {number}."),
    Standing.COMPLETED: ("your order is complete", "your order {number} is complete."),
    Standing.CANCELLED: (
        "your order is cancelled",
        "your order {number} over {due} is cancelled. What you have paid for it, we give back.",
    ),
}
_TEXT = """Hello {name},

{what}

You find it at {link}
"""


async def send_order_letter(post: PostOffice, order_id: int, status: str) -> None:
    """One letter for one step; none where nobody confirmed an address. Raises ``MailTrouble``."""

    def write(unit: UnitOfWork) -> Letter | None:
        order = order_by_id(unit, order_id)
        return None if order.user_id is None else _letter(unit, post, order, order.user_id, Standing(status))

    letter = await post.begin(write, actor="post office")
    if letter is not None:
        await post.send_about_order(letter, order_id)


def _letter(
    unit: UnitOfWork, post: PostOffice, order: Order, user_id: int, standing: Standing
) -> Letter | None:
    user, words = user_of(unit, user_id), _WORDS.get(standing)
    if words is None or not user.email or user.email_confirmed_at is None:
        return None
    subject, what = words
    due = str(Money(order.due_minor, order.currency))
    text = _TEXT.format(
        name=user.username,
        what=what.format(number=order.number, due=due),
        link=f"{post.base_url}/orders/{order.id}",
    )
    return Letter(user.email, f"{order.number}: {subject}", text)
