"""Today at a glance: what is stuck comes first, sales stand beside those of before, and a look costs a handful of statements."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from sqlalchemy import MetaData
from sqlalchemy.schema import CreateIndex, CreateTable

from makeline.admin.chart import HEIGHT, draw_columns
from makeline.admin.pages.today import day_starts
from makeline.admin.questions import days, stuck
from makeline.admin.questions.days import sales_by_span
from makeline.foundation.anomalies import note_anomaly
from makeline.foundation.columns import metadata
from makeline.foundation.statements import SQLITE
from tests.admin.browsers import at_work
from tests.given import Given
from tests.web import open_shop


def _seen(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


async def test_what_is_stuck_stands_first_and_sales_beside_those_of_before(given: Given):
    async with open_shop(given, working_zone="Europe/London") as shop:
        staff = await at_work(shop, "vera")
        quiet = _seen((await staff.get("/staff")).text)
        assert "Nothing is stuck." in quiet
        assert "No orders in the last 14 days." in quiet
        session, _ = await given.payment_begun()
        await given.confirmed(session.key)
        await given.payment_begun()
        given.clock.tick(minutes=2)
        busy = _seen((await staff.get("/staff")).text)
        assert re.search(r"Kiosk (tests )?2 19\.99 GBP 0 – 0 –", busy), busy
        assert "7 sessions are open" not in busy

        def trouble(unit) -> None:
            for number in (1, 2):
                note_anomaly(unit, "paid_after_expiry", f"session {number}", detail={})

        await given.database.begin(trouble, actor="test")
        given.clock.tick(seconds=4)
        stuck_now = _seen((await staff.get("/staff")).text)
        assert stuck_now.index("2 contradictions wait for a decision") < stuck_now.index("Orders and money")
        # The same orders a day later, at the same hour of day and a little before.
        given.clock.tick(hours=24)
        await staff.sign_in("vera")
        later = _seen((await staff.get("/staff")).text)
        assert re.search(r"Kiosk (tests )?0 – 2 19\.99 GBP 0 –", later), later
        given.clock.tick(hours=-1)
        await staff.sign_in("vera")
        earlier = _seen((await staff.get("/staff")).text)
        assert re.search(r"Kiosk (tests )?0 – 0 – 0 –", earlier), earlier


async def test_sales_are_counted_in_the_span_they_were_placed_in(given: Given):
    began = given.clock()
    await given.payment_begun()
    given.clock.tick(hours=3)
    session, _ = await given.payment_begun()
    await given.confirmed(session.key)
    starts = [began - timedelta(hours=1), began + timedelta(hours=1), began + timedelta(hours=4)]
    until = began + timedelta(hours=9)
    found = await given.database.read(lambda unit: sales_by_span(unit, starts, until=until))
    assert sorted((row.span, row.orders, row.paid, row.minor) for row in found) == [
        (0, 1, 0, 0),
        (1, 1, 1, 1999),
    ]
    nothing = await given.database.read(
        lambda unit: sales_by_span(unit, [began + timedelta(hours=8)], until=until)
    )
    assert nothing == []


def test_a_day_begins_by_the_shops_own_clock_also_when_clocks_are_changed():
    starts = day_starts(datetime(2026, 10, 26, 9, tzinfo=UTC), "Europe/London")
    assert len(starts) == 14
    assert starts[-1] == datetime(2026, 10, 26, tzinfo=UTC)
    assert starts[-2] == datetime(2026, 10, 24, 23, tzinfo=UTC)
    assert [later - start for start, later in pairwise(starts)].count(timedelta(hours=25)) == 1


def test_columns_stand_on_each_other_and_within_the_picture():
    chart = draw_columns(["a", "b", "c"], [[1, 0, 7], [2, 0, 30]])
    assert [(bar.day, bar.series, bar.count) for bar in chart.bars] == [
        (0, 0, 1), (0, 1, 2), (2, 0, 7), (2, 1, 30),
    ]  # fmt: skip
    low, high = chart.bars[2:]
    assert abs(high.y + high.height - low.y) < 0.2
    assert all(bar.y >= 0 and bar.y + bar.height <= HEIGHT for bar in chart.bars)
    assert [mark.text for mark in chart.scale] == ["0", "10", "20", "30", "40"]
    assert draw_columns(["a"], []).bars == []


def test_no_question_of_today_reads_a_large_table_from_end_to_end():
    engine = sqlite3.connect(":memory:")
    for statement in written(metadata):
        engine.execute(statement)
    for query in (stuck._ALL, days._by_span(16)):
        compiled = query.compiled(SQLITE)
        values = [""] * len(compiled.names)
        plan = [row[3] for row in engine.execute(f"EXPLAIN QUERY PLAN {compiled.sql}", values)]
        # What differs from the CRM is a small table; all else goes by an index that holds no more than what is asked for.
        scans = [step for step in plan if re.match(r"SCAN \w+$", step) and "crm_drifts" not in step]
        assert not [step for step in scans if not re.match(r"SCAN anon_|SCAN \(", step)], plan
    engine.close()


def written(tables: MetaData) -> list[str]:
    """The statements that make the tables with their indexes, as SQLite has them."""
    made = [
        element
        for table in tables.sorted_tables
        for element in (CreateTable(table), *map(CreateIndex, table.indexes))
    ]
    return [str(element.compile(dialect=SQLITE)) for element in made]
