"""Table of web orders: what an order of the webstore knows beside the promise itself."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text, literal_column

from makeline.cases.shop.states import Handover, Journey
from makeline.foundation.columns import Json, UtcTime, Word, identity, metadata, one_of, reference_to

web_orders = Table(
    "web_orders",
    metadata,
    identity(),
    reference_to("orders", "order_id", unique=True),
    Column("journey", Word(Journey), nullable=False),
    Column("handover", Word(Handover), nullable=False),
    Column("email", Text, nullable=False),
    Column("name", Text, nullable=False),
    # The language of his page and his letters.
    Column("language", Text, nullable=False),
    # Fields of ``address.Address``; empty where the order is collected.
    Column("address", Json(), nullable=False),
    Column("zone_id", Text, ForeignKey("delivery_zones.id")),
    # Where it is collected.
    reference_to("machines", "machine_id", nullable=True),
    # Until when it waits for its money, and its blank with it.
    Column("expires_at", UtcTime(), nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    Column("made_at", UtcTime()),
    Column("handed_over_at", UtcTime()),
    Column("carrier", Text),
    Column("tracking", Text),
    one_of("journey", Journey),
    one_of("handover", Handover),
    CheckConstraint("(handover = 'collection') = (machine_id IS NOT NULL)", name="collected_somewhere"),
    CheckConstraint("(handover = 'delivery') = (zone_id IS NOT NULL)", name="sent_somewhere"),
    CheckConstraint("journey <> 'shipped' OR handover = 'delivery'", name="only_what_is_sent_ships"),
    CheckConstraint("journey <> 'collected' OR handover = 'collection'", name="only_there_it_is_collected"),
    CheckConstraint("journey <> 'made' OR made_at IS NOT NULL", name="made_has_a_moment"),
    CheckConstraint(
        "(journey IN ('shipped', 'collected')) = (handed_over_at IS NOT NULL)", name="handover_has_a_moment"
    ),
    CheckConstraint("(journey = 'shipped') = (carrier IS NOT NULL)", name="shipped_by_somebody"),
    CheckConstraint("email = '' OR email LIKE '%_@_%'", name="email_is_one"),
    Index(
        "ix_web_orders_expires_at",
        "expires_at",
        postgresql_where=literal_column("journey = 'waiting'"),
        sqlite_where=literal_column("journey = 'waiting'"),
    ),
    # Who writes to us about an order often knows no more than this.
    Index("ix_web_orders_email", "email"),
)


class WebOrder(NamedTuple):
    """One order of the webstore and its customer."""

    id: int
    order_id: int
    journey: Journey
    handover: Handover
    email: str
    name: str
    language: str
    address: dict[str, str]
    zone_id: str | None
    machine_id: int | None
    expires_at: datetime
    created_at: datetime
    made_at: datetime | None
    handed_over_at: datetime | None
    carrier: str | None
    tracking: str | None
