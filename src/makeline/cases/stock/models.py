"""Tables of stock: what lies in each machine, what of it is promised, and every movement."""

from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

from makeline.cases.stock.states import AllocationState
from makeline.foundation.columns import Json, UtcTime, Word, identity, metadata, one_of, reference_to

stock_items = Table(
    "stock_items",
    metadata,
    identity(),
    reference_to("machines", "machine_id"),
    Column("shell_id", Text, ForeignKey("shells.id"), nullable=False),
    # Blanks lying in the machine; of these ``reserved`` are promised to sessions and ``sold`` are paid for.
    Column("on_hand", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    Column("sold", Integer, nullable=False),
    # Promises that a count found no blank for. Only a count makes them; while there are any, nothing is sold.
    Column("short", Integer, nullable=False),
    UniqueConstraint("machine_id", "shell_id"),
    CheckConstraint("on_hand >= 0 AND reserved >= 0 AND sold >= 0 AND short >= 0", name="never_below_zero"),
    # The database itself refuses to promise the same blank twice.
    CheckConstraint("reserved + sold <= on_hand + short", name="never_oversold"),
)


class MovementKind(StrEnum):
    """Why the number of blanks in a machine changed."""

    LOADED = "loaded"
    CORRECTED = "corrected"
    TAKEN = "taken"


stock_movements = Table(
    "stock_movements",
    metadata,
    identity(),
    reference_to("stock_items", "stock_item_id"),
    Column("kind", Word(MovementKind), nullable=False),
    Column("difference", Integer, nullable=False),
    Column("actor", Text, nullable=False),
    # Of a correction by hand.
    Column("reason", Text),
    Column("moved_at", UtcTime(), nullable=False),
    one_of("kind", MovementKind),
)

allocations = Table(
    "allocations",
    metadata,
    identity(),
    reference_to("stock_items", "stock_item_id"),
    Column("state", Word(AllocationState), nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    Column("updated_at", UtcTime(), nullable=False),
    one_of("state", AllocationState),
)

# What the partner says lies in a machine. The shell is his id as he wrote it: it may be one that nobody has linked.
device_shells = Table(
    "device_shells",
    metadata,
    reference_to("machines", "machine_id"),
    Column("shell_id", Text, nullable=False),
    Column("partner_model", Text, nullable=False),
    # Micrometres; None: he lists it without a size, and nothing can be drawn for it.
    Column("width_um", Integer),
    Column("height_um", Integer),
    Column("blanks", Integer, nullable=False),
    Column("heard_at", UtcTime(), nullable=False),
    PrimaryKeyConstraint("machine_id", "shell_id"),
    CheckConstraint("(width_um IS NULL) = (height_um IS NULL)", name="both_sizes_or_none"),
    CheckConstraint("blanks >= 0", name="blanks_not_negative"),
)

# When he was asked about one brand in one machine, and when he last answered.
partner_listings = Table(
    "partner_listings",
    metadata,
    reference_to("machines", "machine_id"),
    Column("partner_brand", Text, nullable=False),
    Column("tried_at", UtcTime(), nullable=False),
    Column("heard_at", UtcTime()),
    # His words, if his latest answer was none: what we know of it is old.
    Column("trouble", Text),
    # Models he lists without a shell or a size, by his ids.
    Column("incomplete", Json(), nullable=False),
    PrimaryKeyConstraint("machine_id", "partner_brand"),
)


# What else a machine uses up, by the names its operator gives.
machine_materials = Table(
    "machine_materials",
    metadata,
    identity(),
    reference_to("machines", "machine_id"),
    Column("name", Text, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("counted_at", UtcTime(), nullable=False),
    UniqueConstraint("machine_id", "name"),
    CheckConstraint("quantity >= 0", name="quantity_not_negative"),
)

# Who looked into a machine and when, by his own word.
stock_counts = Table(
    "stock_counts",
    metadata,
    identity(),
    reference_to("machines", "machine_id"),
    Column("counted_by", Text),
    Column("counted_at", UtcTime(), nullable=False),
    Index("ix_stock_counts_machine_id", "machine_id", "id"),
)


class StockItem(NamedTuple):
    """Blanks of one shell in one machine."""

    id: int
    machine_id: int
    shell_id: str
    on_hand: int
    reserved: int
    sold: int
    short: int

    @property
    def available(self) -> int:
        """How many can still be promised."""
        return max(0, self.on_hand - self.reserved - self.sold)


class Allocation(NamedTuple):
    """One promised blank."""

    id: int
    stock_item_id: int
    state: AllocationState
    machine_id: int
