"""How many orders one place may begin in an hour: each of them keeps a blank from others until it is paid or over."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request

from makeline.foundation.rate_limits import Limiter, RateLimited

_HOUR = 3600


@dataclass(frozen=True)
class Turnstile:
    """``place`` tells whom a call is counted with; ``most``: orders an hour."""

    limiter: Limiter
    place: Callable[[Request], str]
    most: int

    async def let_in(self, request: Request) -> None:
        """Raises ``RateLimited``."""
        verdict = await self.limiter.hit("web order", self.place(request), self.most, period=_HOUR)
        if not verdict.admitted:
            raise RateLimited(f"at most {verdict.limit} orders an hour", retry_after=verdict.retry_after)
