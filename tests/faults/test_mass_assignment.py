"""S13: whatever fields somebody puts into a body besides those that are offered, the shop is as if he had not.

The same play is given twice, in two equal shops: once with plain bodies, once with every column of every table and
every field of every schema put into each of them. Afterwards the two databases and all answers are the same, but for
what is drawn by lot.
"""

import enum
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Integer, select

from makeline.foundation.columns import UtcTime, Word, metadata
from makeline.foundation.database import Database, open_database
from makeline.foundation.statements import Query
from makeline.main.subscriptions import PROMISES
from tests.engines import on_sqlite
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.faults.bodies_of_people import Extra, Play
from tests.faults.conftest import Figures
from tests.faults.test_who_may_call_what import ROWS
from tests.given import Given
from tests.web import OpenShop, open_shop

MARK, NUMBER, MOMENT = "put-in-by-somebody", 987_654_321, "2001-02-03T04:05:06Z"
# Drawn by lot, or made of what is.
BY_LOT = {
    "password_hash", "token_hash", "stored_as", "file_token", "access_token", "filename", "preview_url", "pictures",
    "request_id", "sent_as",
}  # fmt: skip
# Calls whose bodies kiosks and partners send; they are tried below.
OF_MACHINES = ROWS.keys() | {
    ("POST", "/v1/machines/enrol"),
    ("POST", "/v1/sessions/{session_id}/consent"),
}


@dataclass
class PutIn:
    """What is put into each call: everything that is known anywhere and not offered there. ``turn`` chooses among
    values."""

    fields: Mapping[str, Any]
    offered: Mapping[tuple[str, str], frozenset[str]]
    count: int = 0

    def __call__(self, where: tuple[str, str]) -> Mapping[str, Any]:
        extra = {name: value for name, value in self.fields.items() if name not in self.offered[where]}
        self.count += len(extra)
        return extra


def _value(column: Column[Any], turn: int) -> Any:
    if isinstance(column.type, Word):
        words: list[enum.Enum] = list(column.type.words)
        return words[turn % len(words)].value
    if isinstance(column.type, Boolean):
        return turn % 2 == 0
    if isinstance(column.type, UtcTime):
        return MOMENT
    return NUMBER if isinstance(column.type, Integer | BigInteger) else MARK


def _fields(described: Mapping[str, Any], turn: int) -> dict[str, Any]:
    """Every column and every field of a schema, each with a value that it might hold."""
    fields: dict[str, Any] = {
        name: True if turn % 2 else MARK
        for schema in described["components"]["schemas"].values()
        for name in schema.get("properties", ())
    }
    for table in metadata.sorted_tables:
        fields |= {column.name: _value(column, turn) for column in table.columns}
    return fields | {"is_admin": True, "role": ["admin", "staff"][turn % 2]}


def _offered(described: Mapping[str, Any]) -> dict[tuple[str, str], frozenset[str]]:
    """The fields that each call takes by its own description."""
    found = {}
    for path, methods in described["paths"].items():
        for method, call in methods.items():
            content = call.get("requestBody", {}).get("content", {}).get("application/json")
            if content is not None:
                name = content["schema"].get("$ref", "").rpartition("/")[2]
                schema = described["components"]["schemas"].get(name, content["schema"])
                found[method.upper(), path] = frozenset(schema.get("properties", ()))
    return found


async def _described(shop: OpenShop) -> dict[str, Any]:
    return (await shop.stranger.get("/openapi.json")).json()


async def _contents(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    found = {}
    for table in metadata.sorted_tables:
        query: Query[Any] = Query(select(table).order_by(*table.primary_key.columns), tuple)
        rows = await database.read(lambda unit, query=query: unit.all(query))
        names = [column.name for column in table.columns]
        found[table.name] = [dict(zip(names, row, strict=True)) for row in rows]
    return found


def _without_lots(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: _without_lots(inner)
            for name, inner in value.items()
            if name.removeprefix("c_") not in BY_LOT
        }
    return [_without_lots(inner) for inner in value] if isinstance(value, list) else value


@pytest.fixture
def equal_shops(sqlite_shop: Path, tmp_path: Path) -> Callable[[str], Any]:
    """``equal_shops("plain")``: one more copy of the same shop."""

    async def build(name: str) -> Given:
        path = tmp_path / f"{name}.sqlite"
        shutil.copyfile(sqlite_shop, path)
        clock = StandingClock()
        database = await open_database(f"sqlite:///{path}", promises=PROMISES, clock=clock)
        return Given(database, clock, MemoryStorage(), PlainRenderer(), PlainPartner())

    return build


Seen = list[tuple[tuple[str, str], Any, dict[str, list[dict[str, Any]]]]]


async def _played(given: Given, put_in: Callable[[Mapping[str, Any]], Extra]) -> Seen:
    """Every call with its answer, and the whole database after it: a later call may cover what an earlier one did."""
    seen: Seen = []

    async def look(where: tuple[str, str], answer: Any) -> None:
        seen.append((where, answer, await _contents(given.database)))

    async with open_shop(given, base_url="http://makeline.test") as shop:
        await Play(shop, put_in(await _described(shop)), look).run()
    await given.database.close()
    return seen


async def test_no_field_that_is_not_offered_is_taken(equal_shops: Callable[[str], Any], figures: Figures):
    plain = await _played(await equal_shops("plain"), lambda _: lambda _: {})
    for turn in (0, 1):
        put: list[PutIn] = []

        def everything(described: Mapping[str, Any], turn: int = turn, put: list[PutIn] = put) -> Extra:
            put.append(PutIn(_fields(described, turn), _offered(described)))
            return put[0]

        tampered = await _played(await equal_shops(f"tampered_{turn}"), everything)
        compared = 0
        for (where, told, rows), (_, told_then, rows_then) in zip(plain, tampered, strict=True):
            assert _without_lots(told_then) == _without_lots(told), where
            for table, those in rows.items():
                assert _without_lots(rows_then[table]) == _without_lots(those), (where, table)
                compared += len(those)
            assert MARK not in str(rows_then), where
        figures(
            f"S13 turn {turn}: {put[0].count:,} fields put into {len(plain)} calls, 0 taken, {compared:,} rows compared"
        )


@on_sqlite
async def test_every_call_that_takes_a_body_is_tried(given: Given):
    async with open_shop(given) as shop:
        offered = _offered(await _described(shop))
        called: set[tuple[str, str]] = set()

        async def look(where: tuple[str, str], _: Any) -> None:
            called.add(where)

        await Play(shop, lambda _: {}, look).run()
    assert offered.keys() - OF_MACHINES - called == set(), "add the call to the play"
