"""R30: transactions that read and append at random, over several connections, show no phenomenon that the level forbids.

Orders are the keys, and what is booked of an order in the ledger is its list. Verbs of the house take the lock of each order
before they look at what hangs on it: between such transactions nothing may be seen, on either database, that could
not be seen one after the other. Transactions that look without a lock are held against what the database itself promises:
on SQLite the same, on PostgreSQL read committed.
"""

import asyncio
import random
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import bindparam, select

from makeline.commerce.orders.models import Line
from makeline.commerce.orders.place import place_order
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.payments.models import Account, ledger_entries
from makeline.foundation.database import Database, open_database
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.subscriptions import PROMISES
from tests.faults.conftest import Figures
from tests.faults.histories import COMMITTED, Append, Kind, Read, Transaction, phenomena

ORDERS = 6
_AT_ONCE = 12
_BOOKED: Query[tuple[str]] = Query(
    select(ledger_entries.c.booking)
    .where(ledger_entries.c.order_id == bindparam("order_id"))
    .order_by(ledger_entries.c.minor, ledger_entries.c.id),
    tuple,
)


class OnPurpose(Exception):
    """A transaction that ends itself after it has written."""


def plan_of(keys: list[int], chance: random.Random) -> list[tuple[str, int]]:
    """What one transaction is going to do: one to four steps."""
    return [
        (chance.choice(("read", "append", "append")), chance.choice(keys))
        for _ in range(chance.randint(1, 4))
    ]


def booked(unit: UnitOfWork, order_id: int) -> tuple[str, ...]:
    return tuple(booking for (booking,) in unit.all(_BOOKED, order_id=order_id))


def act(
    unit: UnitOfWork, done: Transaction, plan: list[tuple[str, int]], *, locks: bool, breaks_off: bool
) -> None:
    """The plan in one unit, which may be run again: then what was seen before counts for nothing."""
    done.steps.clear()
    for key in sorted({key for what, key in plan if locks or what == "append"}):
        order_for_update(unit, key)
    for number, (what, key) in enumerate(plan):
        before = booked(unit, key)
        if what == "read":
            done.steps.append(Read(key, before))
            continue
        value = f"{done.name}.{number}"
        unit.add(
            ledger_entries,
            id=unit.new_id(ledger_entries),
            payment_id=None,
            order_id=key,
            account=Account.RECEIVABLE,
            booking=value,
            minor=len(before) + 1,
            currency="GBP",
            booked_at=unit.now,
        )
        done.steps.append(Append(key, value))
    if breaks_off:
        raise OnPurpose


async def one_of_them(
    database: Database, name: str, keys: list[int], chance: random.Random, *, locks: bool
) -> Transaction:
    done = Transaction(name)
    plan, breaks_off = plan_of(keys, chance), chance.random() < 0.1
    try:
        await database.begin(
            lambda unit: act(unit, done, plan, locks=locks, breaks_off=breaks_off), actor="test"
        )
    except OnPurpose:
        done.committed = False
    return done


async def gathered(
    databases: list[Database], count: int, keys: list[int], chance: random.Random, *, locks: bool
) -> list[Transaction]:
    """So many transactions, twelve at once over all the connections, and a last one that reads everything."""
    numbers, history = iter(range(count)), []

    async def some(database: Database) -> None:
        history.extend(
            [await one_of_them(database, f"t{number}", keys, chance, locks=locks) for number in numbers]
        )

    await asyncio.gather(*(some(databases[place % len(databases)]) for place in range(_AT_ONCE)))
    last = Transaction("last")
    plan = [("read", key) for key in keys]
    await databases[0].begin(lambda unit: act(unit, last, plan, locks=False, breaks_off=False), actor="test")
    return [*history, last]


def place_some(unit: UnitOfWork) -> list[int]:
    line = Line("a case", 1, 1999, {})
    told = {"storefront": "test", "currency": "GBP", "is_test": False, "cause": "test"}
    return [place_order(unit, lines=[line], **told)[0].id for _ in range(ORDERS)]


@pytest.mark.parametrize("locks", [True, False], ids=["locked", "unlocked"])
async def test_a_history_shows_nothing_that_its_level_forbids(
    locks: bool,
    shop_url: str,
    rounds: Callable[[int, int], int],
    figures: Figures,
):
    engine, seed = shop_url.partition(":")[0], rounds(30, random.randrange(2**32))
    databases = [await open_database(shop_url, promises=PROMISES, connections=6) for _ in range(2)]
    chance, count = random.Random(seed), rounds(150, 5000)
    counted: Counter[Kind] = Counter()
    for _ in range(max(1, count // 500)):
        # Lists stay short: each read is of a whole one.
        keys = await databases[0].begin(place_some, actor="test")
        history = await gathered(databases, min(count, 500), keys, chance, locks=locks)
        counted.update(found.kind for found in phenomena(history))
    for database in databases:
        await database.close()
    forbidden = COMMITTED if engine == "postgresql" and not locks else frozenset(Kind)
    assert not {kind: times for kind, times in counted.items() if kind in forbidden}, seed
    seen = ", ".join(f"{times} × {kind} as the level allows" for kind, times in counted.items())
    how = "locked as verbs do" if locks else "unlocked"
    figures(
        f"R30 {engine} {how}: {count} transactions over {len(databases)} × 6 connections, 0 anomalies"
        f"{'; ' + seen if seen else ''}",
        seed=seed,
    )


def told(text: str) -> list[Transaction]:
    """``told("a: +x1 x=1; b!: x=1")``: appends, reads, and with a mark one that was rolled back."""
    history = []
    for part in text.split("; "):
        name, _, steps = part.partition(":")
        one = Transaction(name.rstrip("!"), committed=not name.endswith("!"))
        for step in steps.split():
            if step.startswith("+"):
                one.steps.append(Append(ord(step[1]), step[1:]))
            else:
                key, _, values = step.partition("=")
                one.steps.append(Read(ord(key), tuple(f"{key}{value}" for value in values)))
        history.append(one)
    return history


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("a: +x1 x=1 y=; b: x=1 +y1; last: x=1 y=1", set()),
        ("a: +x1 +y2; b: +x2 +y1; last: x=12 y=12", {Kind.DIRTY_WRITE}),
        ("a!: +x1; b: x=1; last: x=", {Kind.ABORTED_READ}),
        ("a: +x1 +x2; b: x=1; last: x=12", {Kind.INTERMEDIATE_READ}),
        ("a: +x1 y=1; b: +y1 x=1; last: x=1 y=1", {Kind.CIRCULAR}),
        ("a: +x1 x=; last: x=1", {Kind.OWN_WRITE_UNSEEN}),
        ("a: +x1; b: +x2; c: x=12; d: x=21; last: x=12", {Kind.FORKED}),
        ("a: +x1; b: +x2; last: x=2", {Kind.LOST}),
        ("a: +x1 +y1; b: x=1 y=; last: x=1 y=1", {Kind.READ_SKEW}),
        ("a: x= +y1; b: y= +x1; last: x=1 y=1", {Kind.WRITE_SKEW}),
        ("a: x= +x1; b: x= +x2; last: x=12", {Kind.READ_SKEW}),
    ],
)
def test_each_phenomenon_that_is_planted_is_found(text: str, kinds: set[Kind]):
    found = {one.kind for one in phenomena(told(text))}
    assert kinds <= found and (kinds or not found), found
    # Where only cycles are planted nothing else is seen.
    assert found - kinds <= {Kind.CIRCULAR, Kind.READ_SKEW, Kind.WRITE_SKEW}, found
