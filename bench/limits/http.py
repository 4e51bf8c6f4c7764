"""The HTTP yardsticks as contenders."""

from bench.case import Contender, Goal, Role, Summary
from bench.http import http_contender, uvicorn
from bench.wrk import Load

_POST = "FastAPI POST"
# What it made where the goals were set: claims of ours are ratios, a bare rate holds for one machine.
_POST_WHEN_SET = 10_800
_ORDER = b'{"session_id":"S_20260101_000001","amount":19.99,"currency":"GBP","items":[1,2,3]}'


def bare_asgi(connections: int = 8) -> Contender:
    """Two bytes through uvicorn without any framework."""
    load = Load(["/"], connections=connections)
    return http_contender(Role.LIMIT, "bare ASGI", lambda: uvicorn("bench.limits.apps:bare"), load)


def starlette_get(connections: int = 8) -> Contender:
    """A small JSON answer of a Starlette route."""
    load = Load(["/item"], connections=connections)
    return http_contender(Role.LIMIT, "Starlette GET", lambda: uvicorn("bench.limits.apps:plain"), load)


def fastapi_get(connections: int = 8) -> Contender:
    """A small answer with a response model."""
    load = Load(["/item"], connections=connections)
    return http_contender(Role.LIMIT, "FastAPI GET", lambda: uvicorn("bench.limits.apps:fast"), load)


def fastapi_post(connections: int = 8) -> Contender:
    """A small body and answer, both with models."""
    load = Load(["/orders"], method="POST", bodies=[_ORDER], connections=connections)
    return http_contender(Role.LIMIT, _POST, lambda: uvicorn("bench.limits.apps:fast"), load)


def share_of_post(per_second: int, *, of: str = "") -> Goal:
    """At least what a goal of ``per_second`` was of FastAPI's POST where it was set; ``of``: a line of ours, the first."""
    share = per_second / _POST_WHEN_SET

    def reached(summary: Summary) -> bool:
        return summary.ratio(_POST, of=summary.named(of) if of else None) >= share

    whose = f"{of}: " if of else ""
    return Goal(
        f"{whose}at least × {share:.2g} of FastAPI's POST in the same run: what {per_second:,} were of it where the goal "
        "was set",
        reached,
    )
