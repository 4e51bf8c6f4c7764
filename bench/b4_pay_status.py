"""B4: the partner's server says that a payment is paid, signed; for the first time, and again."""

from collections.abc import Generator
from contextlib import contextmanager

from bench.case import Case, Goal, Summary
from bench.disk import disk_folder, postgres
from bench.limits import by_rote, http, notice, pgbench
from bench.notices import SIGNING_KEY, Scene, new_notices, partners_key, repeated_notices
from bench.product import beside_partner
from bench.shop import prepared_shop

_FLEET = 200
_NEW, _AGAIN = "SQLite: new", "SQLite: again"


@contextmanager
def on_sqlite() -> Generator[Scene]:
    """One process with its database in a file; promises are kept by nobody meanwhile."""
    with disk_folder() as folder:
        url = f"sqlite:///{folder / 'makeline.sqlite'}"
        env = {"SIGNING_KEYS": SIGNING_KEY, "WORKER": "apart"}
        with prepared_shop(url, folder, fleet_size=_FLEET) as shop, beside_partner(folder, env=env) as served:
            yield Scene(shop, served, partners_key(shop))


@contextmanager
def on_postgres() -> Generator[Scene]:
    """The same beside a PostgreSQL with fsync."""
    with disk_folder() as folder, postgres() as cluster:
        dsn = cluster.server.create("makeline")
        env = {"SIGNING_KEYS": SIGNING_KEY, "WORKER": "apart", "DATABASE_URL": dsn}
        with (
            prepared_shop(dsn, folder, fleet_size=_FLEET) as shop,
            beside_partner(folder, env=env, others={"postgres": cluster.pid}) as served,
        ):
            yield Scene(shop, served, partners_key(shop))


def _new(summary: Summary) -> bool:
    return summary.named(_NEW).rate >= 1500


def _again(summary: Summary) -> bool:
    return summary.named(_AGAIN).rate >= 4000


def _p99(summary: Summary) -> bool:
    return all(summary.named(label).p99_ms <= 20 for label in (_NEW, _AGAIN))


CASE = Case(
    id="B4",
    title="Signed notice that a payment is paid, c=8, one API process",
    unit="notices",
    contenders=(
        new_notices(_NEW, on_sqlite, most_per_second=3000),
        repeated_notices(_AGAIN, on_sqlite, payments=400),
        new_notices("PostgreSQL: new", on_postgres, most_per_second=1600),
        repeated_notices("PostgreSQL: again", on_postgres, payments=400),
        by_rote.notices_on_sqlite(3000, again=False, against=_NEW),
        by_rote.notices_on_sqlite(8000, again=True, against=_AGAIN),
        notice.thin_handler(),
        pgbench.order_function(),
        http.fastapi_post(),
    ),
    goals=(
        Goal("at least 1,500 new ones per s", _new),
        Goal("at least 4,000 repeated ones per s", _again),
        http.share_of_post(1500, of=_NEW),
        http.share_of_post(4000, of=_AGAIN),
        Goal("p99 at most 20 ms", _p99),
    ),
    seconds=2.0,
    note=(
        "Each call has a signature, a timestamp and a nonce of its own, made by the load generator. A new notice is "
        "kept as received, settles the payment in the ledger, pays the order, sells the blank and queues the print, "
        "in one transaction, in which the nonce is spent and the call is audited. A repeated one spends its nonce, is "
        "audited and finds the first. The peer keeps the notice and marks the payment, nothing else: what a handler of forty lines does. "
        "*A server that takes them by rote* is FastAPI with models for call and answer; it checks the signature and runs the very "
        "statements of each call on SQLite, recorded beforehand, through our writer, so that whoever waits shares a flush: no caller "
        "is looked up, no call counted, nothing decided."
    ),
)
