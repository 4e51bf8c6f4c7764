"""Column types and the one collection of tables; each conversion between Python and a database stands here once."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from pydantic_core import from_json, to_json
from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ColumnElement,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    Text,
    literal_column,
    or_,
)
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import DDLCompiler
from sqlalchemy.types import TypeDecorator, TypeEngine

E = TypeVar("E", bound=StrEnum)
D = TypeVar("D", datetime, datetime | None)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# How many ids a process takes at a time; PostgreSQL's sequences step by it, so a change needs a migration.
ID_BLOCK = 256

# SQLite makes a rowid alias only of the type INTEGER, which there holds 64 bits.
BigInt = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC: ``timestamptz``, or fixed-width ISO text on SQLite so that text order is time order."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Any:
        if dialect.name == "postgresql":
            return _aware
        return _as_text

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        if dialect.name == "postgresql":
            return lambda value: None if value is None else value.astimezone(UTC)
        return lambda value: None if value is None else datetime.fromisoformat(value)


# A unit binds its one moment many times over, in every column; the pair is read and replaced whole, threads share it.
_latest: list[tuple[datetime | None, str | None]] = [(None, None)]


def _as_text(value: datetime | None) -> str | None:
    moment, text = _latest[0]
    if value is moment:
        return text
    if value is None:
        return None
    text = _aware(value).astimezone(UTC).isoformat(timespec="microseconds")
    _latest[0] = value, text
    return text


def _aware(value: D) -> D:
    if isinstance(value, datetime) and value.tzinfo is None:
        raise ValueError("a moment without a zone cannot be stored")
    return value


class Json(TypeDecorator[Any]):
    """Any JSON value; compared and changed as a whole, never in place."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Any:
        def dump(value: Any) -> str | None:
            return None if value is None else to_json(value).decode()

        return dump

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        def load(value: str | None) -> Any:
            return None if value is None else from_json(value)

        return load


class Word(TypeDecorator[E]):
    """A member of a ``StrEnum``, stored as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def bind_processor(self, dialect: Dialect) -> Any:
        # A member is its own text.
        return None

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        members: dict[str | None, E | None] = {word.value: word for word in self.words}
        members[None] = None
        return members.__getitem__


def identity() -> Column[int]:
    """The primary key: a 64-bit number below 2^53 that the unit hands out (see ``UnitOfWork.new_id``)."""
    return Column("id", BigInt, primary_key=True, autoincrement=False)


def reference_to(target: str, name: str, *, nullable: bool = False, unique: bool = False) -> Column[int]:
    """A foreign key to the id of a table of the same floor or of one below.

    It has no index unless it is unique: rows of parents are never deleted, so only the questions we ask decide where
    an index pays for being kept up to date.
    """
    return Column(name, BigInt, ForeignKey(f"{target}.id"), nullable=nullable, unique=unique or None)


_WORDS = re.compile(r"(\w+) (NOT )?IN \(('[\w.]+'(?:, '[\w.]+')*)\)")


@compiles(CheckConstraint, "postgresql")
def _with_words_in_one_constant(rule: CheckConstraint, compiler: DDLCompiler, **options: Any) -> str:
    """PostgreSQL reads the rules of a table anew for each statement that writes to it: one constant with all words
    takes it a third less than a list of constants."""

    def one_constant(found: re.Match[str]) -> str:
        column, refused, words = found.groups()
        listed = words.replace("'", "").replace(" ", "")
        return f"{column} {'<> ALL' if refused else '= ANY'} ('{{{listed}}}')"

    return _WORDS.sub(one_constant, compiler.visit_table_or_column_check_constraint(rule, **options))


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The database refuses any word outside the list."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def among(column: ColumnElement[Any], *words: StrEnum) -> ColumnElement[bool]:
    """``column`` is one of these words, written into the SQL as constants.

    Constants, not holes, so that PostgreSQL can use a partial index and SQLite plans once.
    """
    return or_(*[column == literal_column(f"'{word.value}'") for word in words])
