"""A filled database keeps every rule of the shop, and what is drawn of it says what was measured."""

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import prepare_shop_again
from tools.growth.curves import Panel, drawing
from tools.growth.fill import Pattern, Wanted, fill, looked_at
from tools.growth.history import Block, live
from tools.growth.names import Strides, pieces
from tools.growth.sizes import contradictions
from tools.growth.tongues import SQLITE

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
    settled = await live(empty_url, _SMALL, now=datetime.now(UTC))
    after = await asyncio.to_thread(looked_at, empty_url)
    rows = await asyncio.to_thread(fill, empty_url, Pattern(before, after, settled), Wanted(4))
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
        assert following["orders"] > filled.highest["orders"]


def test_a_name_in_a_copy_is_another_of_the_same_form():
    strides = Strides(
        {"orders": 7, "payments": 600_000, "print_jobs": 7},
        dict.fromkeys(("orders", "payments", "print_jobs"), 0),
    )
    text = (
        'session GROWTHKIOSK03_20261104_120000_0123456789ABCDEF {"order_id":5} ORDER_00000005 PYEN261104000005 '
        + "ab" * 32
    )
    made = pieces(text, strides)
    with closing(sqlite3.connect(":memory:")) as engine:
        engine.execute("CREATE TABLE growth_copies (copy, home, six, random, hash, earlier)")
        engine.executemany("INSERT INTO growth_copies VALUES (?, ?, ?, ?, ?, ?)", Wanted(3).rows(SQLITE))
        held = [value for piece in made for value in piece.held]
        places = iter([f"b.x{at}" for at in range(len(held))])
        said = [SQLITE.said(piece.kind, [next(places) for _ in piece.held]) for piece in made]
        row = ", ".join(f"? AS x{at}" for at in range(len(held)))
        asked = f"SELECT {' || '.join(said)} FROM growth_copies c, (SELECT {row}) b ORDER BY copy"
        first, second, third = (found[0] for found in engine.execute(asked, held))
    assert re.match(r"session KIOSK000001X03_20261104_120000_[0-9A-Z]{16} ", first)
    assert '{"order_id":12} ORDER_00000012 PYEN251104600005 ' in first
    # The print partner's form holds a million a day.
    assert "PYEN241104200005" in second
    assert len({text, first, second, third}) == 4
    assert len({len(first), len(second), len(third)}) == 1


async def test_thin_copies_are_sales_without_their_history(sqlite_shop: Path, tmp_path: Path):
    path = tmp_path / "thin.sqlite"
    path.write_bytes(sqlite_shop.read_bytes())
    url = f"sqlite:///{path}"
    before = await asyncio.to_thread(looked_at, url)
    settled = await live(url, _SMALL, now=datetime.now(UTC))
    pattern = Pattern(before, await asyncio.to_thread(looked_at, url), settled)
    await asyncio.to_thread(fill, url, pattern, Wanted(1))
    await asyncio.to_thread(fill, url, pattern, Wanted(1, 3, there=1))
    filled = await asyncio.to_thread(looked_at, url)
    # What is under way is there in whole copies alone.
    assert len(filled.rows["orders"]) == 5 * _SMALL.sales + 2
    assert len(filled.rows["machines"]) == len(before.rows["machines"]) + 2 * _SMALL.kiosks
    assert len(filled.rows["moves"]) == 2 * len(pattern.after.rows["moves"])
    broken = await asyncio.to_thread(contradictions, url)
    assert broken
    assert {one.split(":")[0] for one in broken} == {"I9 broken history"}


def test_a_curve_is_drawn_where_its_figures_are():
    made = drawing([Panel("A sale", {"three calls": [(1_000, 10.0), (100_000, 1_000.0)]}, "orders", "µs")])
    dots = [(float(x), float(y)) for x, y in re.findall(r'<circle cx="([^"]+)" cy="([^"]+)"', made)]
    low, high = dots
    assert low[0] < high[0]
    assert low[1] > high[1]
    texts = re.findall(r"<text[^>]*>([^<]+)</text>", made)
    assert "three calls" in texts
    assert "10⁵" in texts
