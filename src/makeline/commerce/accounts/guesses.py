"""Who has guessed wrong too often from one place waits, whomever he tries to be."""

from datetime import datetime, timedelta

from makeline.foundation.rate_limits import Limiter, RateLimited

_KIND = "failed sign-in"
_MOST_REMEMBERED = 50_000


class Guesses:
    """Counts failed sign-ins of a place, over all accounts; ``most`` a minute, then none is checked for a while.

    The count is the limiter's, shared where that is; that it was reached is remembered here, so that looking costs nothing
    and a right password never counts. Tries that are being checked at that moment may go beyond it: at most as many as may
    wait.
    """

    def __init__(self, limiter: Limiter, *, most: int, largest: int = _MOST_REMEMBERED) -> None:
        self._limiter = limiter
        self._most = most
        self._largest = largest
        self._closed_until: dict[str, datetime] = {}

    def must_be_open(self, place: str, now: datetime) -> None:
        """Raises ``RateLimited`` for a place that has to wait."""
        until = self._closed_until.get(place)
        if until is None:
            return
        if until <= now:
            del self._closed_until[place]
            return
        wait = max(1, int((until - now).total_seconds()))
        raise RateLimited(
            f"too many failed sign-ins from here; try again in {wait} seconds", retry_after=wait
        )

    async def failed(self, place: str, now: datetime) -> None:
        """Count one; the last one that is allowed closes the place."""
        verdict = await self._limiter.hit(_KIND, place, self._most)
        if verdict.admitted and verdict.remaining:
            return
        # The oldest entry goes first, so that invented places cannot fill the memory.
        if len(self._closed_until) >= self._largest:
            del self._closed_until[next(iter(self._closed_until))]
        self._closed_until[place] = now + timedelta(seconds=verdict.retry_after or verdict.reset)
