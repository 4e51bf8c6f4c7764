"""History: every move of every state, with who caused it and why. Written in the unit that makes the move."""

from functools import cache

from sqlalchemy import Column, Index, Table, Text, bindparam, insert

from makeline.foundation.columns import BigInt, UtcTime, identity, metadata
from makeline.foundation.statements import Change

moves = Table(
    "moves",
    metadata,
    identity(),
    Column("noun", Text, nullable=False),
    Column("subject_id", BigInt, nullable=False),
    Column("from_state", Text),
    Column("to_state", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("at", UtcTime(), nullable=False),
    Index("ix_moves_subject", "noun", "subject_id", "id"),
    # Who did what on a day.
    Index("ix_moves_at", "at", "id"),
)

_OF_EACH = ("id", "noun", "subject_id", "from_state", "to_state", "cause")


@cache
def insert_moves(count: int) -> Change:
    """The insert of ``count`` moves of one unit: actor and moment are common, the rest is numbered from 0."""
    rows = []
    for number in range(count):
        row = {name: bindparam(f"{name}_{number}", type_=moves.c[name].type) for name in _OF_EACH}
        for name in ("actor", "at"):
            row[name] = bindparam(name, type_=moves.c[name].type)
        rows.append(row)
    return Change(insert(moves).inline().values(rows))
