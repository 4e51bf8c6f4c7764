"""How tests send large files: ``upload = await sent(shop, anna)``, then ``confirm``."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2

from tests.parts.geometry.arrivals import STL
from tests.web import OpenShop


def announced(data: bytes = STL, name: str = "bracket.stl", **fields: Any) -> dict[str, Any]:
    return {"file_name": name, "file_size": len(data), **fields}


async def announce(caller: httpx2.AsyncClient, data: bytes = STL, **fields: Any) -> dict[str, Any]:
    answer = await caller.post("/v1/uploads", json=announced(data, **fields))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def send(shop: OpenShop, upload: dict[str, Any], data: bytes | AsyncIterator[bytes] = STL) -> Any:
    """As a browser would: only the address and its headers, no credential."""
    return await shop.caller().request(
        upload["method"], upload["url"], content=data, headers=upload["headers"]
    )


async def confirm(caller: httpx2.AsyncClient, upload: dict[str, Any], **query: Any) -> Any:
    return await caller.post(f"/v1/uploads/{upload['id']}/confirm", params=query)


async def sent(
    shop: OpenShop, caller: httpx2.AsyncClient, data: bytes = STL, **fields: Any
) -> dict[str, Any]:
    upload = await announce(caller, data, **fields)
    assert (await send(shop, upload, data)).status_code == 200
    return upload
