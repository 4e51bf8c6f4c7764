"""B3: the same sale on the embedded database: one process, its worker inside, every acknowledged order on disk."""

from collections.abc import Generator
from contextlib import contextmanager

from bench.case import Case, Goal, Summary
from bench.disk import disk_folder
from bench.limits import announcement, by_rote, http, replay, sqlite
from bench.orders import Scene, order_contender
from bench.product import beside_partner
from bench.shop import prepared_shop
from bench.wal import commits

_MOST = 1000
_LIMIT = sqlite.order_transaction("FULL")


@contextmanager
def scene(fleet_size: int = 200) -> Generator[Scene]:
    """One process with its database in a file, and the partner beside it."""
    with disk_folder() as folder:
        file = folder / "makeline.sqlite"
        with (
            prepared_shop(f"sqlite:///{file}", folder, fleet_size=fleet_size) as shop,
            beside_partner(folder) as served,
        ):
            yield Scene(shop, served, {"flushes": lambda: commits(file)}, prompt=True)


def _rate(summary: Summary) -> bool:
    return summary.ours.rate >= 800


def _p99(summary: Summary) -> bool:
    return summary.ours.p99_ms <= 50


def _share(summary: Summary) -> bool:
    return summary.ratio(_LIMIT.label) * summary.ours.facts["flushes of an order alone"] >= 0.65


CASE = Case(
    id="B3",
    title="Kiosk sale in three calls on embedded SQLite, c=8",
    unit="orders",
    contenders=(
        order_contender("200 machines, worker inside", scene, most_per_second=_MOST),
        order_contender("one hot machine", lambda: scene(fleet_size=1), most_per_second=_MOST),
        replay.sales_on_sqlite(1800),
        by_rote.sales_on_sqlite(_MOST),
        announcement.announcements(),
        http.fastapi_post(),
        _LIMIT,
    ),
    goals=(
        Goal("at least 800 orders/s", _rate),
        http.share_of_post(800),
        Goal("p99 of an order at most 50 ms", _p99),
        Goal("at least 65 % of the raw limit, counted in the transactions that an order makes alone", _share),
    ),
    note=(
        "Each order is order-summary (its design is found by its hash), init-payment and confirm-payment in a session "
        "of its own; sessions and pictures are made beforehand. An order alone makes the stated number of "
        "transactions, each with a flush of its own; at eight buyers those that wait together share one (*flushes per "
        "order*). The worker runs inside and makes 20 calls a second to the partner, as shipped; what it has not done "
        "when a round ends is forgotten. The partner is the simulator in a process of its own, without delays; its "
        "CPU stands apart. Limited by the one process: verbs run on its event loop. *Its "
        "statements alone* are the very statements of a sale, recorded and run again on a copy of the file over one "
        "connection: the least that they can cost. *A server that sells by rote* is FastAPI with models for the three calls; "
        "it runs those statements through our writer, so that whoever waits shares a flush, announces the payment, and does "
        "nothing else: no caller is recognised, nothing is decided, nobody prints."
    ),
)
