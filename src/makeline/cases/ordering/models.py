"""Table of case items: which design and which blank an order line of ours stands for."""

from typing import NamedTuple

from sqlalchemy import Column, ForeignKey, Index, Table, Text

from makeline.foundation.columns import identity, metadata, reference_to

case_items = Table(
    "case_items",
    metadata,
    identity(),
    reference_to("order_lines", "order_line_id", unique=True),
    reference_to("orders", "order_id"),
    reference_to("designs", "design_id"),
    reference_to("machines", "machine_id"),
    reference_to("allocations", "allocation_id", nullable=True, unique=True),
    Column("shell_id", Text, ForeignKey("shells.id"), nullable=False),
    Index("ix_case_items_order_id", "order_id"),
    Index("ix_case_items_design_id", "design_id"),
    Index("ix_case_items_machine_id", "machine_id", "order_id"),
)


class CaseItem(NamedTuple):
    """One case of an order."""

    id: int
    order_line_id: int
    order_id: int
    design_id: int
    machine_id: int
    allocation_id: int | None
    shell_id: str
