"""A customer's receipt as PDF: one narrow page, as long as it has to be."""

import asyncio
import io
from functools import lru_cache

from makeline.adapters.drawing.press_room import one_at_a_time
from makeline.cases.ordering.slip import Slip

_MOST_KEPT = 128


class PdfSlipPress:
    """Implements ``cases.ordering.slip_press.SlipPress``. Papers that were asked for lately are kept."""

    async def print_slip(self, slip: Slip) -> bytes:
        """A PDF of one page."""
        return await asyncio.to_thread(_printed, slip)


@lru_cache(maxsize=_MOST_KEPT)
def _printed(slip: Slip) -> bytes:
    # The library takes a quarter of a second to load, and most processes never print.
    from makeline.adapters.drawing.slip_drawing import SlipDrawing

    with one_at_a_time:
        paper = io.BytesIO()
        SlipDrawing(slip).save(paper)
        return paper.getvalue()
