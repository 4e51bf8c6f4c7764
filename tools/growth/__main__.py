"""``python -m tools.growth``: fill databases of many sizes, do the same work on each, write down and draw what it took.

``--screens`` asks instead what so many open screens cost a server. Ends with 1 when a filled database contradicts
itself.
"""

import argparse
import asyncio
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.disk import disk_folder
from tests.servers.postgres import Cluster, Durability, start_cluster
from tools.growth.history import Block
from tools.growth.measure import VERIFIED, measured
from tools.growth.screens import screens
from tools.growth.sheet import drawn, table
from tools.growth.sizes import MOULD, Mould, Sized, contradictions, copy_of, moulded, poured, say

ENGINES = ("sqlite", "postgresql")
# Nothing may be written once so little of the disk is left.
_FREE = 12 * 2**30
# About what an order takes in a database, with its indexes: all of it, and what a thin copy has.
_BYTES_OF_ORDER, _BYTES_OF_THIN = 14_000, 3_000
_FILLED_IN_HASTE = {
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_wal_size": "3GB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "512MB",
}
_MEASURED = {"fsync": "on", "full_page_writes": "on", "wal_level": "replica"}


def main() -> int:
    """Fill, check, measure, write, draw."""
    parser = argparse.ArgumentParser(prog="python -m tools.growth", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="orders")
    parser.add_argument(
        "--whole", type=int, default=1_000_000, help="beyond so many, orders come without history and files"
    )
    parser.add_argument("--screens", type=int, nargs="+", help="open screens instead of orders")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--out", type=Path, default=Path("var/growth"), help="where figures and curves are put"
    )
    told = parser.parse_args()
    if len([orders for orders in told.sizes if orders > told.whole]) > 1:
        parser.error("one size beyond --whole, please: the largest grows on to it")
    told.out.mkdir(parents=True, exist_ok=True)
    if told.screens:
        return screens(told.screens, told.out)
    with disk_folder() as folder:
        return _on_sqlite(folder, told) if told.engine == "sqlite" else _on_postgres(folder, told)


def _on_sqlite(folder: Path, told: argparse.Namespace) -> int:
    return _grown(f"sqlite:///{folder / MOULD}.sqlite", None, told)


def _on_postgres(folder: Path, told: argparse.Namespace) -> int:
    with start_cluster(folder, durability=Durability.PRODUCTION, settings=_FILLED_IN_HASTE) as cluster:
        return _grown(cluster.server.create(MOULD), cluster, told)


def _grown(url: str, cluster: Cluster | None, told: argparse.Namespace) -> int:
    mould = moulded(url, Block())
    say("a block of history is there")
    wholes = [
        _poured(mould, orders, told.whole, cluster)
        for orders in told.sizes
        if orders <= told.whole and _fits(orders * _BYTES_OF_ORDER, orders)
    ]
    broken = {one.orders: list(contradictions(one.url)) for one in wholes if one.orders <= VERIFIED}
    found = _measured(wholes, cluster, told)
    _told(found, broken, told)
    for orders in (orders for orders in told.sizes if orders > told.whole):
        # The largest grows on: a second one of its kind would fit on no disk.
        if _fits(_BYTES_OF_THIN * (orders - found[-1]["orders"]), orders):
            grown = poured(mould, wholes[-1].url, orders, whole=told.whole, there=found[-1]["orders"])
            say(f"{grown.orders} orders are there after {grown.filled_s:.0f} s")
            found += _measured([grown], cluster, told)
            _told(found, broken, told)
    return 1 if any(broken.values()) else 0


def _fits(needed: int, orders: int) -> bool:
    fits = shutil.disk_usage("/var/tmp").free - needed > _FREE
    if not fits:
        say(f"{orders} orders are left out: the disk is too full")
    return fits


def _poured(mould: Mould, orders: int, whole: int, cluster: Cluster | None) -> Sized:
    made = copy_of(mould, f"orders_{orders}", cluster.server if cluster else None)
    sized = poured(mould, made, orders, whole=whole)
    say(f"{orders} orders are there after {sized.filled_s:.0f} s")
    return sized


def _measured(
    sizes: Sequence[Sized], cluster: Cluster | None, told: argparse.Namespace
) -> list[dict[str, Any]]:
    if cluster is None:
        return asyncio.run(measured(sizes, rounds=told.rounds, server=None))
    # Filled in haste; measured with every promise kept.
    _restarted(cluster, {**_FILLED_IN_HASTE, **_MEASURED})
    try:
        return asyncio.run(measured(sizes, rounds=told.rounds, server=cluster.pid))
    finally:
        _restarted(cluster, _FILLED_IN_HASTE)


def _restarted(cluster: Cluster, settings: dict[str, str]) -> None:
    cluster.stop()
    cluster.settings = {**cluster.settings, **settings}
    cluster.start()


def _told(found: list[dict[str, Any]], broken: dict[int, list[str]], told: argparse.Namespace) -> None:
    sizes = [{**one, "contradictions": broken.get(one["orders"])} for one in found]
    written = {
        "commit": _commit(),
        "machine": platform.platform(),
        "engine": told.engine,
        "rounds": told.rounds,
        "sizes": sizes,
    }
    (told.out / f"{told.engine}.json").write_text(json.dumps(written, indent=1), "utf-8")
    (told.out / f"growth-{told.engine}.svg").write_text(drawn(found), "utf-8")
    print(table(found), flush=True)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
