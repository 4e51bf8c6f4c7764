"""A receipt as it is sent: a file to keep, which runs nothing and nobody else stores."""

import re

from starlette.responses import Response

from makeline.cases.ordering.slip import Slip
from makeline.cases.ordering.slip_press import SlipPress

_HEADERS = {
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Vary": "Accept-Language",
}


async def slip_answer(press: SlipPress, slip: Slip, *, language: str) -> Response:
    """The PDF under the name of its order."""
    name = re.sub(r"[^A-Za-z0-9_-]", "_", slip.number)
    told = {"Content-Disposition": f'attachment; filename="receipt-{name}.pdf"', "Content-Language": language}
    return Response(await press.print_slip(slip), media_type="application/pdf", headers={**_HEADERS, **told})
