"""Kept prices: every price that somebody may lean on, with all it was made from. Written once, never changed."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    Table,
    Text,
    bindparam,
    select,
)

from makeline.foundation.columns import BigInt, UtcTime, Word, identity, metadata, one_of, reference_to
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound
from makeline.kernel.money import Money
from makeline.parts.pricing.request import PartGeometry
from makeline.parts.quotes.confidence import Confidence
from makeline.parts.quotes.kept_json import from_text, geometry_from


class KeptBasis(StrEnum):
    """What a kept price rests on: a measured file, sizes alone, or the judgement of a person."""

    FILE = "file"
    SIZES = "sizes"
    HAND = "hand"


kept_prices = Table(
    "kept_prices",
    metadata,
    identity(),
    # Whose it is, if he has an account, and the file that it was made for.
    reference_to("users", "owner_id", nullable=True),
    reference_to("part_files", "file_id", nullable=True),
    # JSON as text, because a JSON column would not keep figures to the digit.
    Column("request", Text, nullable=False),
    Column("geometry", Text),
    Column("sha256", Text),
    Column("reader", Text),
    Column("rate_card", Text),
    Column("rate_card_version", Integer),
    Column("basis", Word(KeptBasis), nullable=False),
    Column("confidence", Word(Confidence), nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_minor", BigInt, nullable=False),
    Column("total_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    # Working days at the earliest and at the latest.
    Column("days", Integer, nullable=False),
    Column("days_max", Integer, nullable=False),
    Column("answer", Text, nullable=False),
    Column("created_at", UtcTime(), nullable=False),
    one_of("basis", KeptBasis),
    one_of("confidence", Confidence),
    ForeignKeyConstraint(
        ["rate_card", "rate_card_version"],
        ["rate_cards.card", "rate_cards.version"],
        name="fk_kept_prices_rate_card",
    ),
    CheckConstraint("quantity > 0", name="quantity_is_positive"),
    CheckConstraint("unit_minor > 0", name="price_is_positive"),
    CheckConstraint("total_minor = quantity * unit_minor", name="total_is_unit_times_quantity"),
    CheckConstraint("days > 0 AND days_max >= days", name="days_in_order"),
    CheckConstraint(
        "(geometry IS NULL) = (sha256 IS NULL) AND (geometry IS NULL) = (reader IS NULL)",
        name="measures_tell_their_source",
    ),
    CheckConstraint("basis <> 'file' OR geometry IS NOT NULL", name="file_was_measured"),
    CheckConstraint(
        "(basis = 'hand') = (rate_card IS NULL) AND (rate_card IS NULL) = (rate_card_version IS NULL)",
        name="rates_unless_by_hand",
    ),
    Index("ix_kept_prices_owner_id", "owner_id", "id"),
)


class KeptPrice(NamedTuple):
    """One kept price; ``request``, ``geometry`` and ``answer`` are JSON text, see the properties."""

    id: int
    owner_id: int | None
    file_id: int | None
    request: str
    geometry: str | None
    sha256: str | None
    reader: str | None
    rate_card: str | None
    rate_card_version: int | None
    basis: KeptBasis
    confidence: Confidence
    quantity: int
    unit_minor: int
    total_minor: int
    currency: str
    days: int
    days_max: int
    answer: str
    created_at: datetime

    @property
    def unit(self) -> Money:
        """Per part."""
        return Money(self.unit_minor, self.currency)

    @property
    def total(self) -> Money:
        """For all parts."""
        return Money(self.total_minor, self.currency)

    @property
    def asked(self) -> Mapping[str, Any]:
        """The documented fields of the request, figures as decimals."""
        return from_text(self.request)

    @property
    def told(self) -> Mapping[str, Any]:
        """The documented answer, breakdown and trace included; of a price by hand its note."""
        return from_text(self.answer)

    @property
    def measures(self) -> PartGeometry | None:
        """What was measured of the file."""
        return None if self.geometry is None else geometry_from(self.geometry)


_BY_ID = Query(select(kept_prices).where(kept_prices.c.id == bindparam("id")), KeptPrice)
_FROM_CARDS = Query(
    select(kept_prices)
    .where(kept_prices.c.rate_card.is_not(None), kept_prices.c.id > bindparam("after_id"))
    .order_by(kept_prices.c.id)
    .limit(bindparam("most")),
    KeptPrice,
)


def kept_price(unit: Reading, price_id: int) -> KeptPrice:
    """A price as it was kept; raises ``NotFound``."""
    found = unit.first(_BY_ID, id=price_id)
    if found is None:
        raise NotFound("there is no such price")
    return found


def kept_from_cards(unit: Reading, *, after_id: int = 0, most: int) -> list[KeptPrice]:
    """Prices that a rate card made, oldest first, from one id on."""
    return unit.all(_FROM_CARDS, after_id=after_id, most=most)
