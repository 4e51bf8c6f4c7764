"""A filled database keeps every rule of the shop, and what is drawn of it says what was measured."""

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import prepare_shop_again
from tools.growth.curves import drawing
from tools.growth.fill import fill, looked_at
from tools.growth.history import Block, live
from tools.growth.names import Strides, pieces
from tools.growth.sizes import contradictions

_SMALL = Block(kiosks=3, orders=2)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, sqlite_shop: Path, tmp_path: Path) -> str:
    """A shop of its own on each engine."""
    if request.param == "sqlite":
        path = tmp_path / "growth.sqlite"
        path.write_bytes(sqlite_shop.read_bytes())
        return f"sqlite:///{path}"
    return request.getfixturevalue("postgres_databases")(
        request.getfixturevalue("postgres_template")("shop", prepare_shop_again)
    )


async def test_copies_of_a_month_are_months_of_their_own_and_contradict_nothing(empty_url: str):
    before = await asyncio.to_thread(looked_at, empty_url)
    await live(empty_url, _SMALL, now=datetime.now(UTC))
    after = await asyncio.to_thread(looked_at, empty_url)
    rows = await asyncio.to_thread(fill, empty_url, before, after, 4)
    assert rows > 4 * 100
    filled = await asyncio.to_thread(looked_at, empty_url)
    for table in ("orders", "print_jobs", "designs", "moves", "session_pictures", "part_files"):
        assert len(filled.rows[table]) == 5 * len(after.rows[table]), table
    # Six sales are finished, one more is at the printer.
    assert len(filled.rows["orders"]) == 5 * (_SMALL.sales + 1)
    assert len(filled.rows["machines"]) == len(before.rows["machines"]) + 5 * _SMALL.kiosks
    assert await asyncio.to_thread(contradictions, empty_url) == []
    # Who comes next takes numbers that nobody has.
    if empty_url.startswith("sqlite:"):
        with closing(sqlite3.connect(empty_url.removeprefix("sqlite:///"))) as connection:
            following = dict(connection.execute("SELECT name, following FROM numbers").fetchall())
        assert following["orders"] == filled.highest["orders"] + 1


def test_a_name_in_a_copy_is_another_of_the_same_form():
    strides = Strides(
        {"orders": 7, "payments": 600_000, "print_jobs": 7},
        dict.fromkeys(("orders", "payments", "print_jobs"), 0),
    )
    text = (
        'session GROWTHKIOSK03_20261104_120000_0123456789ABCDEF {"order_id":5} ORDER_00000005 PYEN261104000005 '
        + "ab" * 32
    )

    def copied(copy: int) -> str:
        return "".join(part if isinstance(part, str) else part(copy) for part in pieces(text, strides))

    first, second, far = copied(0), copied(1), copied(2)
    assert first.removeprefix("session ").split("_")[1:] == text.removeprefix("session ").split("_")[1:]
    assert "KIOSK000001X03_20261104_120000_" in second
    assert '{"order_id":12} ORDER_00000012 PYEN261104600005 ' in second
    # The print partner's form holds a million a day.
    assert "PYEN271104200005" in far
    assert len({first, second, far}) == 3
    assert second[-64:] != text[-64:]


def test_a_curve_is_drawn_where_its_figures_are():
    made = drawing(
        [("A sale", {"three calls": [(1_000, 10.0), (100_000, 1_000.0)]})], across="orders", up="µs"
    )
    dots = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([^"]+)" cy="([^"]+)"', made)]
    low, high = dots
    assert low[0] < high[0]
    assert low[1] > high[1]
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", made)
    assert "three calls" in texts
    assert "10⁵" in texts
