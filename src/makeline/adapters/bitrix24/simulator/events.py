"""Events as a portal sends them: form-encoded, late, in any order, sometimes twice or never, and never again."""

import asyncio
import random
from collections.abc import Callable

import httpx2

from makeline.adapters.bitrix24.query import encode_query
from makeline.adapters.bitrix24.simulator.settings import Switches
from makeline.adapters.bitrix24.simulator.shelf import NAMES

_PATIENCE = 5.0


class Events:
    """``url`` is where its outgoing webhook points to; None: nowhere. ``token`` goes with every event."""

    def __init__(
        self, url: str | None, token: str, switches: Callable[[], Switches], clock: Callable[[], float]
    ) -> None:
        self.url = url
        self._token = token
        self._switches = switches
        self._clock = clock
        self._chance = random.Random(7)
        self._http = httpx2.AsyncClient(timeout=_PATIENCE, trust_env=False)
        self._under_way: set[asyncio.Task[None]] = set()
        self.answers: list[int] = []

    def happened(self, kind: int, number: int, what: str) -> None:
        """Tell of it, sooner or later."""
        switches = self._switches()
        if self.url is None or self._chance.random() < switches.drop_events:
            return
        times = 2 if self._chance.random() < switches.double_events else 1
        for _ in range(times):
            late = self._chance.random() * switches.event_delay
            task = asyncio.get_running_loop().create_task(
                self._send(f"ONCRM{NAMES[kind]}{what}", number, late)
            )
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

    async def _send(self, event: str, number: int, late: float) -> None:
        if late:
            await asyncio.sleep(late)
        body = encode_query(
            {
                "event": event,
                "event_handler_id": 1,
                "data": {"FIELDS": {"ID": number}},
                "ts": int(self._clock()),
                "auth": {"domain": "simulated", "member_id": "0", "application_token": self._token},
            }
        )
        headers = {"content-type": "application/x-www-form-urlencoded"}
        try:
            answer = await self._http.post(self.url or "", content=body.encode(), headers=headers)
            self.answers.append(answer.status_code)
        except (httpx2.HTTPError, OSError):
            # Nobody there: a portal does not say it again.
            self.answers.append(0)
