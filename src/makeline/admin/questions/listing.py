"""Lists with filters: a statement is put together for each combination of filters that is ever asked, and kept."""

from collections.abc import Mapping
from typing import Any, Generic, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, func, select

from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

Row = TypeVar("Row", bound=tuple[Any, ...])
# No id of ours is as large.
LARGEST_ID = 2**53
# More than anybody wants to count; lists say "1000+" instead of reading a whole table for every look.
_MOST_COUNTED = 100_000


class Tally(NamedTuple):
    """How many rows have this word in a column; None: those where it is empty."""

    word: str | None
    count: int


class Listing(Generic[Row]):
    """The newest first. ``key`` is the id that pages go by, ``conditions`` the filters by name, each with a hole of
    that name; ``counted`` is what has to be joined to count by them."""

    def __init__(
        self,
        rows: Select[*tuple[Any, ...]],
        into: type[Row],
        *,
        key: ColumnElement[int],
        counted: FromClause,
        conditions: Mapping[str, ColumnElement[bool]],
    ) -> None:
        self._rows = rows
        self._into = into
        self._key = key
        self._counted = counted
        self._conditions = conditions
        self._pages: dict[frozenset[str], Query[Row]] = {}
        self._tallies: dict[tuple[str, frozenset[str]], Query[Tally]] = {}
        self._totals: dict[frozenset[str], Query[tuple[int]]] = {}

    def page(self, unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None) -> list[Row]:
        """At most ``limit`` rows below an id; a wish that is None asks for nothing."""
        said = _said(wish)
        names = frozenset(said)
        query = self._pages.get(names)
        if query is None:
            statement = self._rows.where(*self._where(names), self._key < bindparam("before_id"))
            query = Query(
                statement.order_by(self._key.desc()).limit(bindparam("most")),
                self._into,
            )
            self._pages[names] = query
        return unit.all(query, **said, before_id=before_id or LARGEST_ID, most=limit)

    def total(self, unit: Reading, wish: Mapping[str, Any]) -> int:
        """How many there are in all, under the same wish."""
        said = _said(wish)
        names = frozenset(said)
        query = self._totals.get(names)
        if query is None:
            some = select(self._key).select_from(self._counted).where(*self._where(names))
            query = Query(
                select(func.count()).select_from(some.limit(_MOST_COUNTED).subquery()),
                tuple,
            )
            self._totals[names] = query
        ((count,),) = unit.all(query, **said)
        return count

    def tally(self, unit: Reading, column: ColumnElement[Any], wish: Mapping[str, Any]) -> dict[str, int]:
        """How many there are by the words of a column, among the newest hundred thousand."""
        said = _said(wish)
        names = frozenset(said)
        query = self._tallies.get((str(column), names))
        if query is None:
            newest = select(column.label("word")).select_from(self._counted).where(*self._where(names))
            some = newest.order_by(self._key.desc()).limit(_MOST_COUNTED).subquery()
            query = Query(select(some.c.word, func.count()).group_by(some.c.word), Tally)
            self._tallies[str(column), names] = query
        return {row.word or "": row.count for row in unit.all(query, **said)}

    def _where(self, names: frozenset[str]) -> list[ColumnElement[bool]]:
        return [self._conditions[name] for name in sorted(names)]


def _said(wish: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in wish.items() if value is not None}
