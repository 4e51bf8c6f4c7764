"""S13: whatever fields somebody puts into a body besides those that are offered, the shop is as if he had not.

The same play is given twice, in two equal shops: once with plain bodies, once with every column of every table and
every field of every schema put into each of them. Afterwards the two databases and all answers are the same, but for
what is drawn by lot.
"""

import asyncio
import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Integer

from makeline.foundation.columns import UtcTime, Word, metadata
from tests.faults.conftest import Figures
from tests.faults.equal_shops import Played, Rows, played, without_lots
from tests.faults.test_who_may_call_what import ROWS

MARK, NUMBER, MOMENT = "put-in-by-somebody", 987_654_321, "2001-02-03T04:05:06Z"
# Calls of kiosks and partners are not in the play: several keep whatever they are sent, as it came.
OF_MACHINES = ROWS.keys() | {
    ("POST", "/v1/machines/enrol"),
    ("POST", "/v1/sessions/{session_id}/consent"),
    ("POST", "/v1/sessions/{session_id}/designs"),
    ("PUT", "/v1/sessions/{session_id}/designs/{design_id}"),
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


@pytest.fixture(scope="module")
def plain(sqlite_shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    """The play in which nothing is put in."""
    path = tmp_path_factory.mktemp("plain") / "shop.sqlite"
    return asyncio.run(played(sqlite_shop, path, lambda _: {}))


async def test_no_field_that_is_not_offered_is_taken(
    sqlite_shop: Path, tmp_path: Path, plain: Played, rounds: Callable[[int, int], int], figures: Figures
):
    for turn in range(rounds(1, 2)):
        put_in = PutIn(_fields(plain.described, turn), _offered(plain.described))
        tampered = await played(sqlite_shop, tmp_path / f"tampered_{turn}.sqlite", put_in)
        compared = _compared(plain, tampered)
        figures(
            f"S13 turn {turn}: {put_in.count:,} fields put into {len(plain.seen)} calls, 0 taken, "
            f"{compared:,} rows compared of tables that changed"
        )


def _compared(plain: Played, tampered: Played) -> int:
    """How many rows were compared; all are the same."""
    compared, now, then = 0, Rows(), Rows()
    for (where, told, changed), (_, told_then, changed_then) in zip(plain.seen, tampered.seen, strict=True):
        assert without_lots(told_then) == without_lots(told), where
        now, then = now | changed, then | changed_then
        for table in changed.keys() | changed_then.keys():
            assert without_lots(then[table]) == without_lots(now[table]), (where, table)
            compared += len(now[table])
        assert MARK not in str(changed_then), where
    return compared


def test_every_call_that_takes_a_body_is_tried(plain: Played):
    called = {where for where, _, _ in plain.seen}
    assert _offered(plain.described).keys() - OF_MACHINES - called == set(), "add the call to the play"
