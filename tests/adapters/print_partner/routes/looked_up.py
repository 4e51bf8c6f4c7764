"""What a partner finds when he looks his refused calls up."""

from typing import Any

import httpx2

from tests.web import OpenShop

FAILURES = "/v1/partner/failures"
ABROAD = {"x-forwarded-for": "203.0.113.50"}


def by_key(shop: OpenShop, key: str) -> httpx2.AsyncClient:
    """The partner's server with this key, from somewhere else."""
    return shop.caller({"authorization": f"Bearer {key}", **ABROAD})


async def listed(shop: OpenShop, client: httpx2.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    """The list once all that was refused so far is written."""
    await shop.house.refusals.settle()
    answer = await client.get(FAILURES + query)
    assert answer.status_code == 200, answer.text
    return answer.json()["failures"]
