"""One token for all callers: fetched once however many ask, renewed when the partner says so."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from makeline.cases.production.print_partner import PartnerMisconfigured

# A refused sign-in is not tried again at once: the partner would see a storm of wrong passwords.
_PAUSE_AFTER_REFUSAL = 10.0


class SharedToken:
    """Holds the current token; ``sign_in`` does the call and may raise the port's troubles."""

    def __init__(
        self, sign_in: Callable[[], Awaitable[str]], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._sign_in = sign_in
        self._clock = clock
        self._token: str | None = None
        self._running: asyncio.Task[str] | None = None
        self._refusal: tuple[float, str] | None = None

    @property
    def current(self) -> str | None:
        """The token in hand, without asking anybody."""
        return self._token

    async def get(self) -> str:
        """The current token, signing in when there is none."""
        return self._token or await self._renewed()

    async def renew(self, stale: str) -> str:
        """A token other than ``stale``; callers that failed together share one new sign-in."""
        if self._token is not None and self._token != stale:
            return self._token
        self._token = None
        return await self._renewed()

    async def _renewed(self) -> str:
        if self._refusal is not None and self._clock() < self._refusal[0]:
            raise PartnerMisconfigured(self._refusal[1])
        if self._running is None:
            self._running = asyncio.create_task(self._fetch())
            self._running.add_done_callback(self._finished)
        # A caller that gives up must not take the sign-in away from the others.
        return await asyncio.shield(self._running)

    async def _fetch(self) -> str:
        try:
            self._token = await self._sign_in()
        except PartnerMisconfigured as trouble:
            self._refusal = (self._clock() + _PAUSE_AFTER_REFUSAL, trouble.text)
            raise
        self._refusal = None
        return self._token

    def _finished(self, task: asyncio.Task[str]) -> None:
        self._running = None
        if not task.cancelled():
            task.exception()  # looked at, so that an unawaited failure is not reported as forgotten
