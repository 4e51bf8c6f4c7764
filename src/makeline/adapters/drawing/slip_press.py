"""A customer's receipt as PDF: one narrow page, as long as it has to be."""

import asyncio
import io
import threading
from functools import lru_cache

from makeline.cases.kiosk.slip import Slip

_MOST_KEPT = 128


class PdfSlipPress:
    """Implements ``cases.kiosk.slip_press.SlipPress``. Papers that were asked for lately are kept."""

    async def print_slip(self, slip: Slip) -> bytes:
        """A PDF of one page."""
        return await asyncio.to_thread(_printed, slip)


# The library fills its tables of fonts as it goes; two threads must not.
_one_at_a_time = threading.Lock()


@lru_cache(maxsize=_MOST_KEPT)
def _printed(slip: Slip) -> bytes:
    # The library takes a quarter of a second to load, and most processes never print.
    from makeline.adapters.drawing.slip_drawing import SlipDrawing

    with _one_at_a_time:
        paper = io.BytesIO()
        SlipDrawing(slip).save(paper)
        return paper.getvalue()
