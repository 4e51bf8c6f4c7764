"""A good call of somebody, with whatever else is put into its body."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2

from tests.web import OpenShop

Fields = Mapping[str, Any]
# What else is put into the body of a call.
Extra = Callable[[tuple[str, str]], Fields]
After = Callable[[tuple[str, str], Any], Awaitable[None]]
# The headers that go with these very bytes: a signature, or the version that is meant.
Headers = Callable[[bytes], Mapping[str, str]]


@dataclass
class Calls:
    """People who call; ``after`` is awaited after each call, with what it was and what it was told."""

    shop: OpenShop
    put_in: Extra
    after: After

    async def call(
        self,
        caller: httpx2.AsyncClient,
        method: str,
        path: str,
        body: Fields,
        *,
        headers: Headers = lambda _: {},
        **ids: int | str,
    ) -> Any:
        """Send a good body with whatever is put in besides; it must be taken all the same."""
        raw = json.dumps({**self.put_in((method, path)), **body}).encode()
        sent = {"content-type": "application/json", **headers(raw)}
        answer = await caller.request(method, path.format(**ids), content=raw, headers=sent)
        assert answer.status_code == 200, (method, path, answer.text[:500])
        await self.after((method, path), answer.json())
        return answer.json()
