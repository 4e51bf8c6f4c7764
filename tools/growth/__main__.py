"""``python -m tools.growth``: fill databases of many sizes, do the same work on each, write down and draw what it took.

Ends with 1 when a filled database contradicts itself.
"""

import argparse
import asyncio
import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.disk import disk_folder
from tests.servers.postgres import Cluster, Durability, start_cluster
from tools.growth.curves import drawing
from tools.growth.history import Block
from tools.growth.measure import measured
from tools.growth.sizes import MOULD, Sized, contradictions, copy_of, moulded, poured, say

ENGINES = ("sqlite", "postgresql")
PICTURES = Path(__file__).parents[2] / "docs" / "pictures"
# Nothing may be written once so little of the disk is left.
_FREE = 15 * 2**30
# About what an order takes in a database, with its indexes.
_BYTES_OF_ORDER = 16_000
# Checking what must always hold takes as long as reading everything several times.
_CHECKED = 10_000
_PANELS = {
    "A sale": ("sale in three calls", "payStatus", "session status", "promises: claim and tick off", "print time of a machine"),
    "Staff": ("Today", "orders, first page", "orders, hundredth page", "orders by status", "search", "files of an owner"),
    "Kiosks": ("stock-status, after a sale", "machines of staff", "sync: what to ask"),
    "The clock": (
        *("chore: expire sessions", "chore: waiting notices", "chore: hanging payments", "chore: silent prints"),
        *("chore: purge of pictures", "chore: kept promises", "chore: signed calls"),
    ),
}  # fmt: skip


def main() -> int:
    """Fill, check, measure, write, draw."""
    parser = argparse.ArgumentParser(prog="python -m tools.growth", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, default="sqlite")
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 10_000, 100_000], help="orders")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--out", type=Path, default=Path("var/growth"), help="where figures and curves are put"
    )
    told = parser.parse_args()
    told.out.mkdir(parents=True, exist_ok=True)
    with disk_folder() as folder:
        found = _on_sqlite(folder, told) if told.engine == "sqlite" else _on_postgres(folder, told)
    written = {"commit": _commit(), "machine": platform.platform(), "engine": told.engine, "sizes": found}
    (told.out / f"{told.engine}.json").write_text(json.dumps(written, indent=1), "utf-8")
    (told.out / f"growth-{told.engine}.svg").write_text(drawn(found), "utf-8")
    print(table(found))
    return 1 if any(one["contradictions"] for one in found) else 0


def _on_sqlite(folder: Path, told: argparse.Namespace) -> list[dict[str, Any]]:
    return _measured(f"sqlite:///{folder / MOULD}.sqlite", None, told)


def _on_postgres(folder: Path, told: argparse.Namespace) -> list[dict[str, Any]]:
    quick = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off", "max_wal_size": "6GB"}
    with start_cluster(folder, durability=Durability.PRODUCTION, settings=quick) as cluster:
        return _measured(cluster.server.create(MOULD), cluster, told)


def _measured(url: str, cluster: Cluster | None, told: argparse.Namespace) -> list[dict[str, Any]]:
    mould = moulded(url, Block())
    say("a block of history is there")
    sizes: list[Sized] = []
    for orders in told.sizes:
        if shutil.disk_usage("/var/tmp").free - orders * _BYTES_OF_ORDER < _FREE:
            say(f"{orders} orders are left out: the disk is too full")
            continue
        made = copy_of(mould, f"orders_{orders}", cluster.server if cluster else None)
        sizes.append(poured(mould, made, orders))
        say(f"{orders} orders are there after {sizes[-1].filled_s:.0f} s")
    broken = {one.orders: list(contradictions(one.url)) for one in sizes if one.orders <= _CHECKED}
    if cluster is not None:
        # Filled in haste; measured with every promise kept.
        cluster.stop()
        cluster = replace(cluster, settings={**cluster.settings, "fsync": "on", "full_page_writes": "on"})
        cluster.start()
    server = cluster.pid if cluster else None
    found = asyncio.run(measured(sizes, rounds=told.rounds, server=server))
    if cluster is not None:
        cluster.stop()
    return [{**one, "contradictions": broken.get(one["orders"], [])} for one in found]


def drawn(found: Sequence[Mapping[str, Any]]) -> str:
    """The curves of one engine: processor time of all processes for one operation."""
    panels = [
        (
            title,
            {
                name: [(one["orders"], _microseconds(one, name)) for one in found if name in one["took"]]
                for name in names
            },
        )
        for title, names in _PANELS.items()
    ]
    return drawing(panels, across="orders", up="processor time, µs")


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """The same as a table in Markdown: processor microseconds, and how long half of them and 99 of 100 took."""
    head = "".join(f" {one['orders']:,} |" for one in found)
    rows = [f"| |{head}", f"|---|{'---|' * len(found)}"]
    for name in {name: None for one in found for name in one["took"]}:
        cells = [_cell(one["took"].get(name)) for one in found]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    rows.append(
        "| bytes of an order | " + " | ".join(f"{one['bytes'] / one['orders']:,.0f}" for one in found) + " |"
    )
    return "\n".join(rows)


def _cell(took: Mapping[str, float] | None) -> str:
    if took is None:
        return "–"
    return f"{took['ours_us'] + took['theirs_us']:,.0f}; {took['p50_ms']:.2f}, {took['p99_ms']:.2f}"


def _microseconds(one: Mapping[str, Any], name: str) -> float:
    took = one["took"][name]
    return took["ours_us"] + took["theirs_us"]


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
