"""B5: kiosks and phones poll the status of 500 open sessions; while nothing changes the database hears nothing."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace

import asyncpg

from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from bench.disk import disk_folder, postgres
from bench.http import measured
from bench.limits import http
from bench.product import beside_partner
from bench.shop import prepared_shop
from bench.wrk import Load

SESSIONS = 500
_FACT = "database transactions per s"


def contender(connections: int) -> Contender:
    """One API process on PostgreSQL without a worker: every transaction in the database is the poller's doing."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with disk_folder() as folder, postgres() as cluster:
            dsn = cluster.server.create("makeline")
            with prepared_shop(dsn, folder, fleet_size=10) as shop:
                keys = shop.sessions(SESSIONS)
            env = {"DATABASE_URL": dsn, "WORKER": "apart"}
            load = Load([f"/api/vending/session/{key}/status" for key in keys], connections=connections)
            with beside_partner(folder, env=env, others={"postgres": cluster.pid}) as served:

                def measure(seconds: float) -> Measurement:
                    before = asyncio.run(_transactions(dsn))
                    seen = measured(served, load, seconds)
                    did = asyncio.run(_transactions(dsn)) - before
                    return replace(seen, facts={**seen.facts, _FACT: did / seconds})

                measure(1)
                yield measure

    return Contender(Role.OURS, f"500 sessions, c={connections}", opened)


async def _transactions(dsn: str) -> int:
    # A backend reports what it did at most once a second.
    await asyncio.sleep(1.2)
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(
            "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
        )
    finally:
        await connection.close()


def _rate(summary: Summary) -> bool:
    return summary.ours.rate >= 6000


def _p99(summary: Summary) -> bool:
    return summary.ours.p99_ms <= 8


def _untouched(summary: Summary) -> bool:
    return summary.ours.facts[_FACT] < 5


CASE = Case(
    id="B5",
    title="Status of 500 sessions, polled; one API process",
    unit="polls/s",
    contenders=(contender(8), contender(64), http.fastapi_get(), http.bare_asgi()),
    goals=(
        Goal("at least 6,000 polls/s per worker", _rate),
        Goal("p99 at most 8 ms", _p99),
        Goal("database untouched: below 5 transactions a second, our own count included", _untouched),
    ),
    note=(
        "Answers are kept in memory until their session changes. The server has no worker here, so whatever "
        "`pg_stat_database` counts is the poller's doing, the line for news (one question in two seconds) or the "
        "count itself. Limited by the HTTP server."
    ),
)
