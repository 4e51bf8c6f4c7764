"""B2: a kiosk's sale, from the finished design to the paid order with its print job, on PostgreSQL with fsync."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager

import asyncpg

from bench.case import Case, Goal, Summary
from bench.disk import disk_folder, postgres
from bench.limits import announcement, by_rote, http, pgbench, replay
from bench.orders import Scene, order_contender
from bench.product import beside_partner
from bench.shop import prepared_shop

_MOST = 600


@contextmanager
def scene(fleet_size: int = 200, calls_per_second: str = "20") -> Generator[Scene]:
    """Server, worker, partner and PostgreSQL, each in processes of its own."""
    with disk_folder() as folder, postgres() as cluster:
        dsn = cluster.server.create("makeline")
        with prepared_shop(dsn, folder, fleet_size=fleet_size) as shop:
            env = {"DATABASE_URL": dsn, "PARTNER_CALLS_PER_SECOND": calls_per_second}
            others = {"postgres": cluster.pid}
            with beside_partner(folder, env=env, worker_apart=True, others=others) as served:
                yield Scene(shop, served, {"commits": lambda: asyncio.run(_commits(dsn))})


async def _commits(dsn: str) -> float:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(
            "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
        )
    finally:
        await connection.close()


def _rate(summary: Summary) -> bool:
    return summary.ours.rate >= 400


def _p99(summary: Summary) -> bool:
    return summary.ours.p99_ms <= 60


def _cpu(summary: Summary) -> bool:
    return sum(summary.ours.cpu_us[name] for name in ("server", "worker", "postgres")) <= 4000


CASE = Case(
    id="B2",
    title="Kiosk sale in three calls on PostgreSQL, c=8",
    unit="orders",
    contenders=(
        order_contender("200 machines, worker apart", scene, most_per_second=_MOST),
        order_contender(
            "the same, worker unbridled", lambda: scene(calls_per_second="10000"), most_per_second=_MOST
        ),
        order_contender("one hot machine", lambda: scene(fleet_size=1), most_per_second=_MOST),
        replay.sales_on_postgres(_MOST),
        pgbench.order_transaction(),
        by_rote.sales_on_postgres(_MOST),
        announcement.announcements(),
        http.fastapi_post(),
    ),
    goals=(
        Goal("at least 400 orders/s", _rate),
        http.share_of_post(400),
        Goal("p99 of an order at most 60 ms", _p99),
        Goal("at most 4 ms CPU per order: server, worker and PostgreSQL", _cpu),
    ),
    note=(
        "The same three calls as B3, on PostgreSQL with fsync, synchronous_commit and full_page_writes on. Server, "
        "worker, PostgreSQL, the simulated partner (no delays; its CPU stands apart) and the load share two cores. The "
        "worker submits prints at 20 calls a second, as shipped, or as fast as it can (*unbridled*); *promises kept* "
        "says what it did meanwhile, besides the announcements that init-payment keeps by itself. pgbench's "
        "transaction is one of four statements; an order makes four transactions of 28 statements in all, in eight round "
        "trips. *Its statements alone* are those very statements, recorded and sent again to a copy of the database "
        "by a client that does nothing else: the least that they can cost, whoever sends them. *A server that sells by rote* "
        "is FastAPI with models for the three calls; it sends those statements over eight connections, announces the payment, "
        "and does nothing else: no caller is recognised, nothing is decided, nobody prints."
    ),
)
