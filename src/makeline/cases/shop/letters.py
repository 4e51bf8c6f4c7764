"""What customers of the webstore hear by letter: paid, made, sent, given back. To the address they ordered with."""

from collections.abc import Callable

from makeline.cases.ordering.customer_page import Words
from makeline.cases.shop.order_page import WORDS, place_text
from makeline.cases.shop.order_view import WebOrderView, view_order
from makeline.cases.shop.queries import web_order_of
from makeline.cases.shop.states import Journey
from makeline.cases.shop.web_links import WebLinks
from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.notices.mailer import Letter
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.money import Money

# Subject and text, or nothing to say.
Say = Callable[[Words, WebOrderView], tuple[str, str] | None]


async def send_paid_letter(post: PostOffice, links: WebLinks, order_id: int) -> None:
    """The confirmation. Raises ``MailTrouble``."""
    await _send(post, links, order_id, _paid)


async def send_journey_letter(post: PostOffice, links: WebLinks, order_id: int, journey: str) -> None:
    """Made, or sent; none for steps at which the customer stood by himself, nor where his money tells it."""
    await _send(post, links, order_id, lambda words, view: _moved(words, view, Journey(journey)))


async def send_returned_letter(post: PostOffice, links: WebLinks, order_id: int, amount: Money) -> None:
    """Money of his goes back; nothing for orders of another storefront."""
    await _send(post, links, order_id, lambda words, view: _returned(words, view, amount))


def _paid(words: Words, view: WebOrderView) -> tuple[str, str]:
    due = Money(view.order.due_minor, view.order.currency)
    return words["letter_paid"], words["letter_paid_text"].format(number=view.order.number, due=due)


def _moved(words: Words, view: WebOrderView, journey: Journey) -> tuple[str, str] | None:
    number, row = view.order.number, view.web_order
    if journey is Journey.MADE:
        if view.place is not None:
            text = words["letter_made_collection"].format(number=number, place=place_text(view.place))
        else:
            text = words["letter_made_delivery"].format(number=number)
        return words["letter_made"], text
    if journey is Journey.SHIPPED:
        tracking = row.tracking or "–"
        text = words["letter_shipped_text"].format(number=number, carrier=row.carrier, tracking=tracking)
        return words["letter_shipped"], text
    return None


def _returned(words: Words, view: WebOrderView, amount: Money) -> tuple[str, str]:
    text = words["letter_refunded_text"].format(number=view.order.number, amount=amount)
    return words["letter_refunded"], text


async def _send(post: PostOffice, links: WebLinks, order_id: int, say: Say) -> None:
    def write(unit: UnitOfWork) -> Letter | None:
        return _letter(view_order(unit, order_id), links, say) if web_order_of(unit, order_id) else None

    letter = await post.begin(write, actor="post office")
    if letter is not None:
        await post.send_about_order(letter, order_id)


def _letter(view: WebOrderView, links: WebLinks, say: Say) -> Letter | None:
    row = view.web_order
    words = WORDS[row.language]
    said = say(words, view)
    if said is None or not row.email:
        return None
    subject, text = said
    hello = words["hello"].format(name=row.name) if row.name else words["hello_nobody"]
    number = view.order.number
    body = f"{hello}\n\n{text}\n\n{words['letter_link']}\n{links.url(number)}\n"
    return Letter(row.email, f"{number}: {subject}", body)
