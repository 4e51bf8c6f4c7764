"""Codes are tried a few times a minute and not many times a day: six digits are no more than that."""

from collections.abc import Callable
from typing import TypeVar

from makeline.admin.visit import Visit
from makeline.foundation.rate_limits import RateLimited
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import Invalid

T = TypeVar("T")
_KIND = "second factor"
_MOST_A_DAY = 50
_DAY = 24 * 3600


async def try_a_code(visit: Visit, work: Callable[[UnitOfWork], T]) -> T:
    """Run what takes a code. Each try counts for the account; a wrong one also as a failed sign-in from that place."""
    signing, who = visit.office.signing, str(visit.member.user_id)
    place = visit.office.place(visit.request)
    signing.guesses.must_be_open(place, visit.now)
    for kind, most, period in ((_KIND, signing.tries, 60), (f"{_KIND} a day", _MOST_A_DAY, _DAY)):
        verdict = await signing.limiter.hit(kind, who, most, period=period)
        if not verdict.admitted:
            raise RateLimited(
                f"too many codes were tried; try again in {verdict.retry_after} seconds",
                retry_after=verdict.retry_after,
            )
    try:
        return await visit.begin(work)
    except Invalid:
        await signing.guesses.failed(place, visit.now)
        raise
