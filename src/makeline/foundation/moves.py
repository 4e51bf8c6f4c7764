"""History: every move of every state, with who caused it and why. Written in the unit that makes the move."""

from sqlalchemy import Column, Index, Table, Text

from makeline.foundation.columns import BigInt, UtcTime, identity, metadata

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
)
