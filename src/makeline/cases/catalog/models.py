"""Tables of the catalogue: brands, phone models, the shells that fit them, templates."""

from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Integer, Table, Text

from makeline.foundation.columns import BigInt, Json, UtcTime, Word, identity, metadata, one_of


class SizeBasis(StrEnum):
    """Where a shell's size comes from: the partner's own list, or the public outer size of the phone."""

    PARTNER = "partner"
    PHONE = "phone"


brands = Table(
    "brands",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("available", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
)

phone_models = Table(
    "phone_models",
    metadata,
    Column("id", Text, primary_key=True),
    Column("brand_id", Text, ForeignKey("brands.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("cn_code", Text, nullable=False, unique=True),
    Column("position", Integer, nullable=False),
    Column("price_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    # The camera island on the back, in mm from the top left as seen from behind, with its source.
    Column("island", Json(), nullable=False),
    CheckConstraint("price_minor > 0", name="price_positive"),
)

shells = Table(
    "shells",
    metadata,
    Column("id", Text, primary_key=True),
    Column("phone_model_id", Text, ForeignKey("phone_models.id"), nullable=False, index=True),
    Column("partner_model", Text, nullable=False),
    # Micrometres: two decimals of a millimetre, kept exactly.
    Column("width_um", Integer, nullable=False),
    Column("height_um", Integer, nullable=False),
    Column("size_basis", Word(SizeBasis), nullable=False),
    # 1 is taken first when a machine holds several shells for one phone.
    Column("position", Integer, nullable=False),
    one_of("size_basis", SizeBasis),
    CheckConstraint("width_um > 30000 AND width_um < 200000", name="width_plausible"),
    CheckConstraint("height_um > 100000 AND height_um < 300000", name="height_plausible"),
)

templates = Table(
    "templates",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("category", Text, nullable=False),
    Column("image_count", Integer, nullable=False),
    Column("kiosk_price_minor", BigInt, nullable=False),
    Column("webstore_price_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    Column("position", Integer, nullable=False),
    CheckConstraint("image_count BETWEEN 1 AND 4", name="image_count_plausible"),
    # A terminal takes no payment of nothing; the webstore has orders that are free.
    CheckConstraint("kiosk_price_minor > 0 AND webstore_price_minor >= 0", name="prices_plausible"),
)


class LinkState(StrEnum):
    """A name suggests it, or staff has said so."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"


# What the print partner calls brands and models, as he last listed them; his ids are opaque.
partner_brands = Table(
    "partner_brands",
    metadata,
    Column("id", Text, primary_key=True),
    Column("chinese_name", Text),
    Column("english_name", Text),
    # Which brand of ours it is; None: we do not carry it.
    Column("brand_id", Text, ForeignKey("brands.id")),
    Column("heard_at", UtcTime()),
)

partner_models = Table(
    "partner_models",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("partner_brand", Text, nullable=False),
    Column("heard_at", UtcTime(), nullable=False),
)

# One row per model of the partner, so that no two models of ours can answer to one of his ids.
model_links = Table(
    "model_links",
    metadata,
    Column("partner_model", Text, primary_key=True),
    Column("phone_model_id", Text, ForeignKey("phone_models.id"), nullable=False),
    Column("state", Word(LinkState), nullable=False),
    Column("decided_by", Text),
    Column("decided_at", UtcTime()),
    one_of("state", LinkState),
    CheckConstraint("state <> 'confirmed' OR decided_by IS NOT NULL", name="somebody_confirmed"),
)

# What the webstore sells beside a case.
extras = Table(
    "extras",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("webstore_price_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    Column("available", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    CheckConstraint("webstore_price_minor > 0", name="price_positive"),
)

# Where the webstore sends to, and what that costs: one price for an order, however many cases are in it.
delivery_zones = Table(
    "delivery_zones",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("price_minor", BigInt, nullable=False),
    Column("currency", Text, nullable=False),
    Column("days_least", Integer, nullable=False),
    Column("days_most", Integer, nullable=False),
    Column("available", Boolean, nullable=False),
    Column("position", Integer, nullable=False),
    CheckConstraint("price_minor >= 0", name="price_not_negative"),
    CheckConstraint("days_least BETWEEN 1 AND days_most", name="days_plausible"),
)


class OfferKind(StrEnum):
    """Of what on offer staff may change something."""

    BRAND = "brand"
    MODEL = "model"
    TEMPLATE = "template"
    EXTRA = "extra"
    DELIVERY = "delivery"


class OfferField(StrEnum):
    """What of it; prices stand for one sales channel, or for all where there is but one."""

    PRICE = "price"
    KIOSK_PRICE = "kiosk_price"
    WEB_PRICE = "web_price"
    AVAILABLE = "available"


# Who changed what on offer, and why. An order keeps what it was sold at; this tells what others were asked.
offer_changes = Table(
    "offer_changes",
    metadata,
    identity(),
    Column("kind", Word(OfferKind), nullable=False),
    Column("item", Text, nullable=False),
    Column("field", Word(OfferField), nullable=False),
    # A price as a decimal figure, or yes and no.
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("currency", Text),
    Column("reason", Text, nullable=False),
    Column("changed_by", Text, nullable=False),
    Column("changed_at", UtcTime(), nullable=False),
    one_of("kind", OfferKind),
    one_of("field", OfferField),
    CheckConstraint("old <> new", name="changes_something"),
    CheckConstraint("reason <> ''", name="has_a_reason"),
)


class Brand(NamedTuple):
    """A phone brand; models of an unavailable one are listed and not sold."""

    id: str
    name: str
    available: bool
    position: int


class PhoneModel(NamedTuple):
    """A phone that a case can be made for."""

    id: str
    brand_id: str
    name: str
    cn_code: str
    position: int
    price_minor: int
    currency: str
    island: dict[str, Any]


class ShellRow(NamedTuple):
    """A blank case for one phone model, as the partner lists it; sizes in micrometres."""

    id: str
    phone_model_id: str
    partner_model: str
    width_um: int
    height_um: int
    size_basis: SizeBasis
    position: int


class Template(NamedTuple):
    """How many pictures are arranged how, with a price per sales channel in minor units."""

    id: str
    name: str
    category: str
    image_count: int
    kiosk_price_minor: int
    webstore_price_minor: int
    currency: str
    position: int


class Extra(NamedTuple):
    """Something the webstore adds to a case; price in minor units."""

    id: str
    name: str
    webstore_price_minor: int
    currency: str
    available: bool
    position: int


class DeliveryZone(NamedTuple):
    """Countries that are reached at one price, in minor units, within so many working days."""

    id: str
    name: str
    price_minor: int
    currency: str
    days_least: int
    days_most: int
    available: bool
    position: int
