"""The official library over our own HTTP client; imported when the first payment is made, for it is large."""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

import httpx2
import stripe

_PATIENCE = 20.0
# The library repeats a call that got no answer this often, under the same key.
_RETRIES = 1


class HttpClient(stripe.HTTPClient):
    """What the library wants of a client, asynchronous alone."""

    name = "httpx2"
    # Seconds before it is asked again; a customer waits meanwhile.
    INITIAL_DELAY = 0.2

    def __init__(self) -> None:
        super().__init__()
        self._http = httpx2.AsyncClient(timeout=_PATIENCE, trust_env=False)

    async def request_async(
        self, method: str, url: str, headers: Mapping[str, str], post_data: Any = None
    ) -> tuple[bytes, int, Mapping[str, str]]:
        """One call; the library decides about repeating it."""
        try:
            answer = await self._http.request(method.upper(), url, headers=dict(headers), content=post_data)
        except (httpx2.HTTPError, OSError) as error:
            raise stripe.APIConnectionError(
                f"no answer from Stripe: {type(error).__name__}", should_retry=True
            ) from error
        return answer.content, answer.status_code, answer.headers

    def sleep_async(self, secs: float) -> Awaitable[None]:
        """Between two tries."""
        return asyncio.sleep(secs)

    async def close_async(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()


def connect(key: str, address: str) -> tuple[stripe.StripeClient, HttpClient]:
    """A line to Stripe, or to whoever stands in for it at ``address``; empty: Stripe itself."""
    http = HttpClient()
    client = stripe.StripeClient(
        key,
        base_addresses={"api": address} if address else None,
        http_client=http,
        max_network_retries=_RETRIES,
    )
    return client, http
