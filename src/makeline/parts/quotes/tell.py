"""The customer hears that staff has answered: by a letter, if the address is known to be his."""

from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.notices.mailer import Letter
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.money import Money
from makeline.parts.quotes.queries import quote_by_id
from makeline.parts.quotes.share import PAGE, new_token, share_in_letter
from makeline.parts.quotes.states import LineState, QuoteState
from makeline.parts.quotes.view import QuoteView, view_quote

_TEXT = """Hello {name},

we have looked at every part of your quote {number}{revision}{title}.

{lines}

{end}

You see it at {link}
"""
_OPEN = "Together: {total}. You can accept it until {until}."
_DECLINED = "We are sorry that there is nothing in it that we can make."


async def tell_answered(post: PostOffice, quote_id: int) -> None:
    """One letter; none without a confirmed address, and none for a quote that has moved on. Raises ``MailTrouble``."""

    token = new_token()

    def write(unit: UnitOfWork) -> Letter | None:
        return answered_letter(unit, quote_id, base_url=post.base_url, token=token)

    letter = await post.begin(write, actor="post office")
    if letter is not None:
        await post.mailer.send(letter)
        # Only now: no address is open whose letter never left.
        await post.begin(lambda unit: share_in_letter(unit, quote_id, token), actor="post office")


def answered_letter(unit: Reading, quote_id: int, *, base_url: str, token: str) -> Letter | None:
    """What is written to the owner. The link is ``token``'s page, or where he signs in if he has shared it himself."""
    view = view_quote(unit, quote_by_id(unit, quote_id))
    user = user_of(unit, view.quote.user_id)
    if user.email_confirmed_at is None or view.standing not in (QuoteState.OPEN, QuoteState.DECLINED):
        return None
    quote = view.quote
    text = _TEXT.format(
        name=user.username,
        number=quote.number,
        revision="" if quote.revision == 1 else f", revision {quote.revision},",
        title=f" ({quote.title})" if quote.title else "",
        lines="\n".join(_lines(view)),
        end=_end(view),
        link=f"{base_url}/v1/quotes/{quote.id}" if quote.share_hash else f"{base_url}{PAGE}{token}",
    )
    return Letter(user.email, f"Your quote {quote.number} is answered", text)


def _lines(view: QuoteView) -> list[str]:
    told = []
    for line in view.lines:
        price = "we cannot make it"
        if line.state is not LineState.REFUSED and line.total_minor is not None:
            price = f"{_amount(line.total_minor, view.quote.currency)}, {_days(line.days, line.days_max)}"
        note = f"\n   {line.answer_note}" if line.answer_note else ""
        told.append(f"{line.position}. {line.title}, {line.quantity} pcs: {price}{note}")
    return told


def _end(view: QuoteView) -> str:
    if view.quote.expires_at is None:
        return _DECLINED
    return _OPEN.format(
        total=_amount(view.total.minor, view.total.currency),
        until=f"{view.quote.expires_at:%Y-%m-%d %H:%M} UTC",
    )


def _amount(minor: int, currency: str) -> str:
    return str(Money(minor, currency))


def _days(first: int | None, last: int | None) -> str:
    return f"{first} working days" if first == last else f"{first}-{last} working days"
