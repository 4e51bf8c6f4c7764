"""Tables of orders for parts: what an order of this storefront knows beside the promise itself."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Table, Text

from makeline.foundation.columns import BigInt, Word, identity, metadata, one_of, reference_to


class DeliveryKind(StrEnum):
    """How the parts come to the customer."""

    COLLECTION = "collection"
    """He fetches them where they are made."""
    ADDRESS = "address"
    """They are sent to him, for what the place of making asks."""


part_orders = Table(
    "part_orders",
    metadata,
    Column("order_id", BigInt, ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    Column("special_instructions", Text, nullable=False),
    # What the customer's own books call it.
    Column("po_number", Text, nullable=False),
    Column("delivery", Word(DeliveryKind), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("phone", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("country", Text, nullable=False),
    one_of("delivery", DeliveryKind),
    CheckConstraint("delivery <> 'address' OR (street <> '' AND city <> '')", name="sent_somewhere"),
)

part_items = Table(
    "part_items",
    metadata,
    identity(),
    reference_to("orders", "order_id"),
    reference_to("order_lines", "line_id", unique=True),
    # The price as it was promised, with all it was made from.
    reference_to("kept_prices", "kept_price_id"),
    reference_to("part_files", "file_id", nullable=True),
    Column("service", Text, nullable=False),
    # Where it is made.
    Column("location", Text, nullable=False),
    Index("ix_part_items_order_id", "order_id", "line_id"),
    Index("ix_part_items_file_id", "file_id"),
)

# Papers that belong to an order; the same drawing may belong to several.
order_documents = Table(
    "order_documents",
    metadata,
    Column("order_id", BigInt, ForeignKey("orders.id"), primary_key=True, autoincrement=False),
    Column("document_id", BigInt, ForeignKey("documents.id"), primary_key=True, autoincrement=False),
    Index("ix_order_documents_document_id", "document_id"),
)


class Delivery(NamedTuple):
    """How and where to; the texts are empty when the customer fetches his parts."""

    kind: DeliveryKind
    recipient: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    postcode: str = ""
    country: str = ""


COLLECTION = Delivery(DeliveryKind.COLLECTION)


class PartOrder(NamedTuple):
    """What the customer said about the whole order."""

    order_id: int
    special_instructions: str
    po_number: str
    delivery: DeliveryKind
    recipient: str
    phone: str
    street: str
    city: str
    postcode: str
    country: str


class PartItem(NamedTuple):
    """One line: which kept price it stands for, and which file."""

    id: int
    order_id: int
    line_id: int
    kept_price_id: int
    file_id: int | None
    service: str
    location: str
