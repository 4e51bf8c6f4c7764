"""How tests ask for offers over HTTP, and how staff answers."""

from typing import Any

import httpx2

from tests.parts.pricing.asked import MILLED

# Larger than any stock: the card refuses it, and a person may price it all the same.
HUGE: dict[str, Any] = {**MILLED, "length": 5000, "width": 5000, "height": 5000}


async def asked(caller: httpx2.AsyncClient, *lines: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A new offer; of one milled part if nothing is said."""
    answer = await caller.post("/v1/quotes", json={"lines": list(lines) or [MILLED], **fields})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def seen(caller: httpx2.AsyncClient, quote_id: int) -> dict[str, Any]:
    """The offer as it stands now."""
    answer = await caller.get(f"/v1/quotes/{quote_id}")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def revised(caller: httpx2.AsyncClient, quote_id: int, **fields: Any) -> httpx2.Response:
    """The next revision, or why there is none."""
    return await caller.post(f"/v1/quotes/{quote_id}/revisions", json=fields)


async def answered(
    staff: httpx2.AsyncClient, quote: dict[str, Any], position: int, **fields: Any
) -> httpx2.Response:
    """What staff says of a line; a price if nothing else is said."""
    line = quote["lines"][position - 1]
    said = fields or {"unit_price": 1_250_000, "days": 20, "days_max": 25, "note": "welded from two halves"}
    return await staff.post(f"/v1/staff/quotes/{quote['id']}/lines/{line['id']}/answer", json=said)
