"""B1: the catalogue of 58 models with its stock, as the shop polls it; once with the body, once by its ETag."""

import http.client as plain_http
from collections.abc import Generator
from contextlib import contextmanager

from bench.case import Case, Contender, Goal, Measure, Role, Summary
from bench.http import measured
from bench.limits import http
from bench.product import on_sqlite
from bench.wrk import Load

PATH = "/api/chinese/models/stock-status"
BODY, ETAG = "the whole list", "not changed, by its ETag"


def contender(label: str, *, conditional: bool) -> Contender:
    """One API process with its worker inside, as shipped."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with on_sqlite() as served:
            tag = _etag(served.port)
            load = Load([PATH], headers={"If-None-Match": tag} if conditional else {})
            measured(served, load, 1)
            yield lambda seconds: measured(served, load, seconds)

    return Contender(Role.OURS, label, opened)


def _etag(port: int) -> str:
    connection = plain_http.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", PATH)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    tag = answer.headers["ETag"]
    assert answer.status == 200 and tag is not None
    return tag


def _rate(summary: Summary) -> bool:
    return summary.ours.rate >= 5000


def _p99(summary: Summary) -> bool:
    return summary.ours.p99_ms <= 5


def _etag_rate(summary: Summary) -> bool:
    return summary.named(ETAG).rate >= 8000


CASE = Case(
    id="B1",
    title="Catalogue of 58 models with stock, c=8, one API process",
    unit="req/s",
    contenders=(
        contender(BODY, conditional=False),
        contender(ETAG, conditional=True),
        http.fastapi_get(),
        http.starlette_get(),
        http.bare_asgi(),
    ),
    goals=(
        Goal("at least 5,000 req/s per worker", _rate),
        Goal("p99 at most 5 ms", _p99),
        Goal("at least 8,000 req/s when nothing changed", _etag_rate),
    ),
    note=(
        "The list is rendered once and kept until stock or catalogue change; a change costs the next caller one "
        "query. Limited by the HTTP server and by recognising the caller."
    ),
)
