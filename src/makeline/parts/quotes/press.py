"""The port to whatever puts an offer on paper."""

from typing import Protocol

from makeline.parts.quotes.paper import QuotePaper


class QuotePress(Protocol):
    """Makes papers; equal ones give equal bytes."""

    async def print_quote(self, paper: QuotePaper) -> bytes:
        """A PDF of as many pages of A4 as it takes."""
        ...
