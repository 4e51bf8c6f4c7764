"""How simulated companies tell us of something: late, several times, in any order, or again until somebody answers.

What is planned lives with the process: a company that keeps its notices (the print partner) has a ledger for them instead.
"""

import asyncio
import random
from collections.abc import Callable, Mapping

import httpx2

# Made anew for each try: what is signed grows old.
Post = Callable[[], tuple[bytes, Mapping[str, str]]]


class WebhookSender:
    """``url`` is where everything is posted to; None: nowhere. ``answers`` are the statuses, 0 where nobody was there.

    ``chance`` decides what is lost and how late the rest comes; one seed makes the same choices in every run.
    """

    def __init__(self, url: str | None, *, seed: int, patience: float) -> None:
        self.url = url
        self.answers: list[int] = []
        self.chance = random.Random(seed)
        self._http = httpx2.AsyncClient(timeout=patience, trust_env=False)
        self._under_way: set[asyncio.Task[None]] = set()

    def is_lost(self, share: float) -> bool:
        """Whether this one never leaves: nobody is to be told, or chance has it so."""
        return self.url is None or self.chance.random() < share

    def start(self, post: Post, *, longest_delay: float = 0.0, tries: int = 1, pause: float = 0.0) -> None:
        """Send it sometime within ``longest_delay`` seconds, until it is answered with success or ``tries`` are spent.

        Each pause is twice as long as the one before.
        """
        late = self.chance.random() * longest_delay
        task = asyncio.get_running_loop().create_task(self._send(post, late, tries, pause))
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

    async def _send(self, post: Post, late: float, tries: int, pause: float) -> None:
        if late:
            await asyncio.sleep(late)
        for left in reversed(range(tries)):
            status = await self._post(*post())
            self.answers.append(status)
            if 200 <= status < 300 or not left:
                return
            await asyncio.sleep(pause)
            pause *= 2

    async def _post(self, body: bytes, headers: Mapping[str, str]) -> int:
        try:
            answer = await self._http.post(self.url or "", content=body, headers=dict(headers))
        except (httpx2.HTTPError, OSError):
            return 0
        return answer.status_code
