"""The HTTP yardsticks as contenders."""

from bench.case import Contender, Role
from bench.http import http_contender, uvicorn
from bench.wrk import Load

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
    return http_contender(Role.LIMIT, "FastAPI POST", lambda: uvicorn("bench.limits.apps:fast"), load)
