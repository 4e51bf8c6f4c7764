"""Where ids come from: a sequence per table on PostgreSQL, a row per table on SQLite."""

from alembic import op

NUMBERS_TABLE = "numbers"
# The block of the day this was written; see columns.ID_BLOCK.
_BLOCK = 256


def create_numbers() -> None:
    """The table of following numbers; PostgreSQL has sequences instead."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TABLE {NUMBERS_TABLE} (name TEXT PRIMARY KEY, following INTEGER NOT NULL)")


def number(*tables: str) -> None:
    """Let tables hand out ids, in blocks per process."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f'CREATE SEQUENCE "{table}_numbers" INCREMENT BY {_BLOCK}')


def drop_numbers(*tables: str) -> None:
    """Take it back."""
    if op.get_bind().dialect.name == "postgresql":
        for table in tables:
            op.execute(f'DROP SEQUENCE "{table}_numbers"')
