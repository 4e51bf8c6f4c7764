"""Our own invoices as PDF: pages of A4."""

import asyncio
import io

from makeline.adapters.drawing.press_room import one_at_a_time
from makeline.commerce.invoices.models import Bill
from makeline.commerce.invoices.sheet import Sheet, write_sheet


class PdfInvoicePress:
    """Implements ``commerce.invoices.source.InvoiceSource``; the same bill gives the same bytes."""

    async def document(self, bill: Bill) -> bytes:
        """A PDF of as many pages as it takes."""
        return await asyncio.to_thread(_printed, write_sheet(bill))


def _printed(sheet: Sheet) -> bytes:
    # The library takes a quarter of a second to load, and most processes never print.
    from makeline.adapters.drawing.invoice_drawing import draw_invoice

    with one_at_a_time:
        paper = io.BytesIO()
        draw_invoice(sheet, paper)
        return paper.getvalue()
