"""Column types and the one collection of tables; each conversion between Python and a database stands here once."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

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
from sqlalchemy.types import TypeDecorator, TypeEngine

E = TypeVar("E", bound=StrEnum)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite makes a rowid alias only of the type INTEGER, which there holds 64 bits.
BigInt = BigInteger().with_variant(Integer(), "sqlite")


class UtcTime(TypeDecorator[datetime]):
    """An aware moment in UTC: ``timestamptz``, or fixed-width ISO text on SQLite so that text order is time order."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(TIMESTAMP(timezone=True) if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        if dialect.name == "postgresql":
            return value
        return value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "postgresql":
            return value.astimezone(UTC)
        return datetime.fromisoformat(value)


class Json(TypeDecorator[Any]):
    """Any JSON value; compared and changed as a whole, never in place."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else Text())

    def bind_processor(self, dialect: Dialect) -> Any:
        def dump(value: Any) -> str | None:
            return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

        return dump

    def result_processor(self, dialect: Dialect, coltype: Any) -> Any:
        def load(value: str | None) -> Any:
            return None if value is None else json.loads(value)

        return load


class Word(TypeDecorator[E]):
    """A member of a ``StrEnum``, stored as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[E]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: E | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> E | None:
        return None if value is None else self.words(value)


def identity() -> Column[int]:
    """The primary key: a 64-bit number below 2^53 that the unit hands out (see ``UnitOfWork.new_id``)."""
    return Column("id", BigInt, primary_key=True, autoincrement=False)


def reference_to(target: str, name: str, *, nullable: bool = False, unique: bool = False) -> Column[int]:
    """A foreign key to the id of a table of the same floor or of one below."""
    return Column(
        name, BigInt, ForeignKey(f"{target}.id"), nullable=nullable, unique=unique, index=not unique or None
    )


def one_of(column: str, words: type[StrEnum]) -> CheckConstraint:
    """The database refuses any word outside the list."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def among(column: ColumnElement[Any], *words: StrEnum) -> ColumnElement[bool]:
    """``column`` is one of these words, written into the SQL as constants.

    Constants, not holes, so that PostgreSQL can use a partial index and SQLite plans once.
    """
    return or_(*[column == literal_column(f"'{word.value}'") for word in words])
