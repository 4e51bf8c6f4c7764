"""Events as Stripe sends them: signed, again until they are answered, sometimes twice, late, and in any order."""

import asyncio
import hashlib
import hmac
import json
import random
from collections.abc import Callable

import httpx2

from makeline.adapters.stripe.simulator.books import Books, Thing
from makeline.adapters.stripe.simulator.settings import Switches

_PATIENCE = 10.0


def signature_of(body: bytes, secret: str, moment: int) -> str:
    """What stands in ``Stripe-Signature``."""
    signed = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


class Events:
    """``url`` is where they are posted to; None: nowhere. ``sent`` keeps each as it was first sent."""

    def __init__(
        self, url: str | None, secret: str, switches: Callable[[], Switches], clock: Callable[[], float]
    ) -> None:
        self.url = url
        self._secret = secret
        self._switches = switches
        self._clock = clock
        self._chance = random.Random(11)
        self._http = httpx2.AsyncClient(timeout=_PATIENCE, trust_env=False)
        self._under_way: set[asyncio.Task[None]] = set()
        self.sent: list[Thing] = []
        self.answers: list[int] = []

    def happened(self, books: Books, kind: str, thing: Thing) -> None:
        """Tell of it, sooner or later."""
        switches = self._switches()
        event = {
            "id": books.new_id("evt"),
            "object": "event",
            "api_version": "2026-01-28",
            "created": int(self._clock()),
            "type": kind,
            "livemode": False,
            "data": {"object": {name: value for name, value in thing.items() if not name.startswith("_")}},
        }
        body = json.dumps(event).encode()
        self.sent.append(json.loads(body))
        if self.url is None or self._chance.random() < switches.drop_events:
            return
        for _ in range(switches.copies):
            self.start(body, late=self._chance.random() * switches.event_delay)

    def start(self, body: bytes, *, late: float = 0.0) -> None:
        """Send these bytes, again until somebody answers."""
        task = asyncio.get_running_loop().create_task(self._send(body, late))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def all_sent(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def close(self) -> None:
        """What is under way is lost."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self._http.aclose()

    async def _send(self, body: bytes, late: float) -> None:
        if late:
            await asyncio.sleep(late)
        pause = self._switches().retry_pause
        for _ in range(1 + self._switches().event_retries):
            status = await self._post(body)
            self.answers.append(status)
            if 200 <= status < 300:
                return
            await asyncio.sleep(pause)
            pause *= 2

    async def _post(self, body: bytes) -> int:
        # Each try is signed anew: what is signed grows old.
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature_of(body, self._secret, int(self._clock())),
        }
        try:
            answer = await self._http.post(self.url or "", content=body, headers=headers)
        except (httpx2.HTTPError, OSError):
            return 0
        return answer.status_code
