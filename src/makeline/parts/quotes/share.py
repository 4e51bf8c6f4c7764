"""The address that shows an offer to whoever holds it: made, followed, taken back."""

import hashlib

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.members import Member
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.kernel.ids import random_text
from makeline.parts.quotes.models import Quote, quotes
from makeline.parts.quotes.queries import access_quote_for_update, quote_for_update, quote_shared_as

# A value in the history, on no table of states.
SHARING = "quote link"
# Where the page lies.
PAGE = "/q/"
# 160 bits.
TOKEN_LENGTH = 32
_SHARE = Change(
    update(quotes)
    .where(quotes.c.id == bindparam("quote_id"))
    .values(share_hash=bindparam("hashed"), shared_at=bindparam("since", type_=UtcTime()))
)


def share_quote(unit: UnitOfWork, member: Member, quote_id: int) -> str:
    """The secret of a new address, told this once; an earlier address shows nothing any more."""
    token = new_token()
    _share(unit, access_quote_for_update(unit, member, quote_id), token, cause="shared")
    return token


def new_token() -> str:
    """A secret that no address has yet."""
    return random_text(TOKEN_LENGTH)


def share_in_letter(unit: UnitOfWork, quote_id: int, token: str) -> None:
    """The address of a letter that was sent shows the offer from now on; one that its owner made meanwhile stays."""
    quote = quote_for_update(unit, quote_id)
    if quote.share_hash is None:
        _share(unit, quote, token, cause="told in a letter")


def unshare_quote(unit: UnitOfWork, member: Member, quote_id: int) -> None:
    """Nobody sees it by an address any more; again changes nothing."""
    quote = access_quote_for_update(unit, member, quote_id)
    if quote.share_hash is not None:
        unit.put(_SHARE, quote_id=quote.id, hashed=None, since=None)
        unit.note(SHARING, quote.id, "shared", "private", cause="taken back")


def shared_quote(unit: Reading, token: str) -> Quote:
    """The offer behind an address; raises ``NotFound`` for a wrong one and for one that was taken back."""
    found = quote_shared_as(unit, _hash(token)) if len(token) == TOKEN_LENGTH else None
    if found is None:
        raise NotFound("there is no such quote, or it is shared no more")
    return found


def _share(unit: UnitOfWork, quote: Quote, token: str, *, cause: str) -> None:
    unit.put(_SHARE, quote_id=quote.id, hashed=_hash(token), since=unit.now)
    unit.note(SHARING, quote.id, _told(quote), "shared", cause=cause)


def _told(quote: Quote) -> str:
    return "private" if quote.share_hash is None else "shared"


def _hash(token: str) -> str:
    # So many random bits need no slow hash.
    return hashlib.sha256(f"quote link {token}".encode("utf-8", "surrogatepass")).hexdigest()
