"""Table of erasures: whose pictures shall go before their time, and since when."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Table, Text

from makeline.foundation.columns import UtcTime, identity, metadata, reference_to

erasures = Table(
    "erasures",
    metadata,
    identity(),
    reference_to("kiosk_sessions", "session_id", nullable=True, unique=True),
    reference_to("orders", "order_id", nullable=True, unique=True),
    Column("wished_by", Text, nullable=False),
    Column("wished_at", UtcTime(), nullable=False),
    CheckConstraint("session_id IS NOT NULL OR order_id IS NOT NULL", name="of_somebody"),
)


class Erasure(NamedTuple):
    """A wish to be forgotten: of a visit, of an order, or of a visit with its order."""

    id: int
    session_id: int | None
    order_id: int | None
    wished_by: str
    wished_at: datetime
