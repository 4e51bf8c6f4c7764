"""Put an offer on paper: read at one moment, its pictures fetched, printed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from makeline.commerce.accounts.members import Member
from makeline.commerce.accounts.models import User
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.files.storage import Storage
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.parts.catalog.board import RateBoard
from makeline.parts.geometry.reader import View
from makeline.parts.quotes.describe import WORDS
from makeline.parts.quotes.paper import Letterhead, write_paper
from makeline.parts.quotes.press import QuotePress
from makeline.parts.quotes.queries import access_quote
from makeline.parts.quotes.share import shared_quote
from makeline.parts.quotes.view import QuoteView, view_quote


@dataclass(frozen=True)
class QuotePrinter:
    """What papers need of the house."""

    database: Database
    board: RateBoard
    storage: Storage
    press: QuotePress
    letterhead: Letterhead

    async def for_owner(self, member: Member, quote_id: int, language: str) -> tuple[QuoteView, bytes]:
        """With the name of whoever asked for it; raises ``NotFound``."""

        def look(unit: Reading) -> tuple[QuoteView, User]:
            view = view_quote(unit, access_quote(unit, member, quote_id))
            return view, user_of(unit, view.quote.user_id)

        view, user = await self.database.read(look)
        return view, await self._printed(view, language, called_on_paper(user, language))

    async def for_holder(self, token: str, language: str) -> tuple[QuoteView, bytes]:
        """Without a word about who asked; raises ``NotFound``."""
        view = await self.database.read(lambda unit: view_quote(unit, shared_quote(unit, token)))
        return view, await self._printed(view, language, "")

    async def _printed(self, view: QuoteView, language: str, customer: str) -> bytes:
        paper = write_paper(
            view,
            (await self.board.rates()).tables,
            self.letterhead,
            language=language,
            pictures=await self._pictures(view),
            customer=customer,
        )
        return await self.press.print_quote(paper)

    async def _pictures(self, view: QuoteView) -> Mapping[int, bytes]:
        """Those that there are, by line; equal files are fetched once."""
        names = {line.id: (line.pictures or {}).get(View.ISOMETRIC.value) for line in view.lines}
        wanted = sorted({name for name in names.values() if name})
        found = dict(
            zip(wanted, await asyncio.gather(*(self.storage.get(name) for name in wanted)), strict=True)
        )
        return {line: data for line, name in names.items() if name and (data := found[name]) is not None}


def called_on_paper(user: User, language: str) -> str:
    """The firm, or the person."""
    if not user.company_name:
        return user.full_name or user.username
    number = f"{WORDS[language]['inn']}\u00a0{user.inn}" if user.inn else ""
    return ", ".join(filter(None, (user.company_name, number)))
