"""Core statements compiled once per database and run on the raw driver.

SQLAlchemy writes the SQL and knows the types; running through its connection would cost more than the database
does. A ``Query`` is compiled at first use: driver SQL, the order of its arguments, and the conversions its
types ask for. The same ``Query`` serves SQLite and PostgreSQL.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any, Generic, NamedTuple, TypeVar, cast

from sqlalchemy import (
    Alias,
    ClauseElement,
    Column,
    ColumnClause,
    Dialect,
    Executable,
    Insert,
    Select,
    Table,
    Update,
    bindparam,
    insert,
    literal_column,
)

# Both databases write ON CONFLICT alike; PostgreSQL's construct is the one that both compilers understand.
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression, BindParameter
from sqlalchemy.sql.operators import eq
from sqlalchemy.sql.visitors import iterate

Row = TypeVar("Row", bound=tuple[Any, ...])
Convert = Callable[[Any], Any]

SQLITE: Dialect = SQLiteDialect_pysqlite(paramstyle="qmark")
POSTGRESQL: Dialect = PGDialect_asyncpg()


class Compiled(NamedTuple):
    """Driver SQL with everything needed to bind arguments and read rows."""

    sql: str
    names: tuple[str, ...]
    # The values by those names, in one step.
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]
    defaults: Mapping[str, Any]
    binders: tuple[tuple[int, Convert], ...]
    readers: tuple[tuple[int, Convert], ...]
    writes: str | None
    inserts: bool
    # Every table it names: pending writes to one of them must go before it.
    tables: frozenset[str]
    # It locks what it reads, or changes something: a transaction must be around it.
    binding: bool
    # Where the id stands among the arguments of an update of the one row with that id; -1 for anything else.
    id_at: int
    # The same question without locks, followed by id and version of each versioned row (PostgreSQL), and their tables.
    with_versions: str | None
    versioned: tuple[str, ...]

    def arguments(self, values: Mapping[str, Any]) -> list[Any]:
        """The values in the driver's order, converted; a missing name is a programming error (KeyError)."""
        if self.defaults:
            values = {**self.defaults, **values}
        arguments = list(self.pick(values))
        for index, bind in self.binders:
            arguments[index] = bind(arguments[index])
        return arguments


class Query(Generic[Row]):
    """A statement with ``bindparam`` holes whose rows are read into the named tuple ``into``.

    Make one at module level, beside the table it asks. The fields of ``into`` are the columns by position.
    """

    __slots__ = ("_compiled", "_make", "into", "statement")

    def __init__(self, statement: Executable, into: type[Row]) -> None:
        self.statement = statement
        self.into = into
        # A named tuple's own _make is Python; this is what it does.
        self._make: Callable[[Any], Row] = partial(tuple.__new__, into)
        self._compiled: dict[str, Compiled] = {}

    def compiled(self, dialect: Dialect) -> Compiled:
        """The driver's form of the statement, made at first use."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: Dialect) -> Compiled:
        return _compile(self.statement, dialect)

    def rows(self, compiled: Compiled, raw: Sequence[Sequence[Any]]) -> list[Row]:
        """Driver rows as named tuples with Python values."""
        make, readers = self._make, compiled.readers
        if not readers or not raw:
            return [make(row) for row in raw]
        result = []
        for row in raw:
            values = list(row)
            for index, read in readers:
                values[index] = read(values[index])
            result.append(make(values))
        return result


class VersionedQuery(Query[Row]):
    """A question whose rows of the ``versioned`` tables stay as they were read until the unit ends, under a lock that
    the unit holds already.

    An optimistic unit of PostgreSQL locks nothing: it notes the version of each row, and its writes go
    through only if the versions still stand (see ``postgres.py``).
    """

    __slots__ = ("_unlocked", "versioned")

    def __init__(self, statement: Select[Any], into: type[Row], *versioned: Table) -> None:
        super().__init__(statement, into)
        self.versioned = versioned
        self._unlocked = statement

    def _compile(self, dialect: Dialect) -> Compiled:
        compiled = super()._compile(dialect)
        if dialect.name != "postgresql":
            return compiled
        versions = [
            column
            for table in self.versioned
            for column in (table.c.id, literal_column(f"{table.name}.xmin"))
        ]
        # Labels, or an id that is asked for already would not be asked for again.
        seen = self._unlocked.add_columns(*(column.label(f"v{n}") for n, column in enumerate(versions)))
        with_versions = _compiler(seen, dialect, {}).string
        return compiled._replace(
            with_versions=with_versions, versioned=tuple(table.name for table in self.versioned)
        )


class LockingQuery(VersionedQuery[Row]):
    """The same for a unit that holds no lock yet: it takes those of the rows of the first versioned table."""

    __slots__ = ()

    def __init__(self, statement: Select[Any], into: type[Row], *versioned: Table) -> None:
        super().__init__(statement, into, *versioned)
        self.statement = statement.with_for_update(of=versioned[0])


class Change(Query[tuple[Any, ...]]):
    """A statement that answers only how many rows it changed.

    ``after`` says whose waiting writes must go before it, when that is fewer than all tables it names: the others are
    asked only for what never changes.
    """

    __slots__ = ("after",)

    def __init__(self, statement: Executable, *, after: Sequence[Table] = ()) -> None:
        super().__init__(statement, tuple)
        self.after = frozenset(table.name for table in after)

    def _compile(self, dialect: Dialect) -> Compiled:
        compiled = super()._compile(dialect)
        return compiled._replace(tables=self.after) if self.after else compiled


_inserts: dict[tuple[str, tuple[str, ...]], Change] = {}


def insert_into(table: Table, names: tuple[str, ...]) -> Change:
    """The insert of one row with just these columns, shared by every caller that gives the same ones."""
    key = (table.name, names)
    found = _inserts.get(key)
    if found is None:
        found = _inserts[key] = Change(insert(table).inline().values(_holes(table, names)))
    return found


def insert_or_ignore(table: Table, names: tuple[str, ...]) -> Change:
    """The insert that does nothing when a unique constraint already holds such a row."""
    return Change(upsert(table).inline().values(_holes(table, names)).on_conflict_do_nothing())


def _holes(table: Table, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: bindparam(name, type_=table.c[name].type) for name in names}


def _compiler(statement: Executable, dialect: Dialect, options: dict[str, Any]) -> SQLCompiler:
    compiled = cast(ClauseElement, statement).compile(dialect=dialect, compile_kwargs=options)
    assert isinstance(compiled, SQLCompiler)
    return compiled


def _compile(statement: Executable, dialect: Dialect) -> Compiled:
    compiled = _compiler(statement, dialect, {})
    if "POSTCOMPILE" in compiled.string:
        # A list in the statement (IN): it must carry all its values, so it is spelled out here.
        compiled = _compiler(statement, dialect, {"render_postcompile": True})
    names = tuple(compiled.positiontup or ())
    binders: dict[str, Convert] = {}
    defaults: dict[str, Any] = {}
    for name, value in compiled.construct_params(_check=False).items():
        bind = compiled.binds.get(name)
        if bind is not None:
            convert = bind.type.dialect_impl(dialect).bind_processor(dialect)
            if convert is not None:
                binders[name] = convert
        if bind is None or not bind.required:
            defaults[name] = value
    readers = []
    # The one place that says which column has which type; there is no public name for it.
    for index, entry in enumerate(compiled._result_columns):  # noqa: SLF001
        convert = entry.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            readers.append((index, convert))
    table = getattr(getattr(statement, "table", None), "name", None)
    tables = frozenset(_tables_in(statement))
    return Compiled(
        str(compiled),
        names,
        _picker(names),
        defaults,
        tuple((index, binders[name]) for index, name in enumerate(names) if name in binders),
        tuple(readers),
        table,
        isinstance(statement, Insert),
        tables,
        not isinstance(statement, Select) or " FOR " in compiled.string,
        _id_at(statement, names),
        None,
        (),
    )


def _id_at(statement: Executable, names: tuple[str, ...]) -> int:
    criterion = statement.whereclause if isinstance(statement, Update) else None
    if (
        isinstance(statement, Update)
        and isinstance(criterion, BinaryExpression)
        and criterion.operator is eq
        and isinstance(criterion.left, Column)
        and criterion.left.primary_key
        and criterion.left.name == "id"
        and isinstance(criterion.right, BindParameter)
    ):
        return names.index(criterion.right.key)
    return -1


def _picker(names: tuple[str, ...]) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    # itemgetter looks a dozen names up in C, but knows tuples only from two names on.
    if len(names) > 1:
        return itemgetter(*names)
    return lambda values: tuple(values[name] for name in names)


def _tables_in(statement: Executable) -> Iterator[str]:
    for element in iterate(cast(ClauseElement, statement)):
        source = element.table if isinstance(element, ColumnClause) else element
        while isinstance(source, Alias):
            source = source.element
        if isinstance(source, Table):
            yield source.name
