"""Offers as PDF: pages of A4."""

import asyncio
import io
from functools import lru_cache

from makeline.adapters.drawing.press_room import one_at_a_time
from makeline.parts.quotes.paper import QuotePaper

_MOST_KEPT = 32


class PdfQuotePress:
    """Implements ``parts.quotes.press.QuotePress``. Papers that were asked for lately are kept."""

    async def print_quote(self, paper: QuotePaper) -> bytes:
        """A PDF of as many pages as it takes."""
        return await asyncio.to_thread(_printed, paper)


@lru_cache(maxsize=_MOST_KEPT)
def _printed(paper: QuotePaper) -> bytes:
    # The library takes a quarter of a second to load, and most processes never print.
    from makeline.adapters.drawing.quote_drawing import draw_quote

    with one_at_a_time:
        file = io.BytesIO()
        draw_quote(paper, file)
        return file.getvalue()
