"""Answers of the webstore's catalogue: lists below ``items``; money in whole minor units."""

from typing import Literal

from pydantic import BaseModel

from makeline.cases.designs.artwork_routes import ArtCategoryAnswer


class Price(BaseModel):
    """An amount in minor units of a currency."""

    amount_minor: int
    currency: str


class ChannelPrices(BaseModel):
    """What it costs at a machine and on the web; null where it is not sold."""

    kiosk: Price | None
    web: Price | None


class ShopBrand(BaseModel):
    """A phone brand and how many models of it are listed; those of an unavailable one are not sold."""

    id: str
    name: str
    is_available: bool
    models: int


class ShopModel(BaseModel):
    """A phone model: ``stock`` over all machines that work for the webstore, size of its case in millimetres."""

    id: str
    name: str
    brand_id: str
    brand: str
    is_available: bool
    stock: int
    width_mm: float | None
    height_mm: float | None
    prices_from: ChannelPrices


class ShopTemplate(BaseModel):
    """How many pictures are arranged how; its price is the price of the case."""

    id: str
    name: str
    category: str
    image_count: int
    prices: ChannelPrices


class ShopExtra(BaseModel):
    """What may be bought beside a case."""

    id: str
    name: str
    is_available: bool
    prices: ChannelPrices


class ShopCountry(BaseModel):
    """A country and what an address there needs; an example of its postcodes, null where there are none."""

    id: str
    name: str
    postcode_example: str | None
    needs_region: bool


class ShopZone(BaseModel):
    """Countries that are reached at one price for each order, in so many working days."""

    id: str
    name: str
    is_available: bool
    price: Price
    days_least: int
    days_most: int
    countries: list[ShopCountry]


class ShopMachine(BaseModel):
    """Where an order may be collected instead."""

    machine_id: str
    name: str
    location: str | None
    site: str | None


class ShopFont(BaseModel):
    """A font of the designer: the families it is drawn with, and why another stands in, if one does."""

    id: str
    name: str
    generic: str
    font_weight: str
    families: list[str]
    substitute: str | None


class ShopColour(BaseModel):
    """A colour for background or text."""

    id: str
    name: str
    use: str
    hex: str


class ShopStyle(BaseModel):
    """A style of one template; its price is that of the template."""

    id: str
    name: str
    template_id: str
    free_text_allowed: bool
    prices: ChannelPrices


class ShopStyles(BaseModel):
    """In the order they are shown."""

    items: list[ShopStyle]


class ShopOutage(BaseModel):
    """``sales``: no order is taken; ``payments``: an order is kept, and paid once they are back; ``styles``: no picture
    is made in another style."""

    what: Literal["sales", "payments", "styles"]
    since: str


class ShopOutages(BaseModel):
    """Empty on most days. Each ends by itself."""

    items: list[ShopOutage]


class ShopArtwork(BaseModel):
    """Drawings of ours by category; they cost nothing beside the case."""

    items: list[ArtCategoryAnswer]


class ShopBrands(BaseModel):
    """In the order they are shown."""

    items: list[ShopBrand]


class ShopModels(BaseModel):
    """In the order they are shown."""

    items: list[ShopModel]


class ShopTemplates(BaseModel):
    """In the order they are shown."""

    items: list[ShopTemplate]


class ShopExtras(BaseModel):
    """In the order they are shown."""

    items: list[ShopExtra]


class ShopZones(BaseModel):
    """In the order they are shown."""

    items: list[ShopZone]


class ShopMachines(BaseModel):
    """In the order they are shown."""

    items: list[ShopMachine]


class ShopFonts(BaseModel):
    """In the order they are shown."""

    items: list[ShopFont]


class ShopColours(BaseModel):
    """In the order they are shown."""

    items: list[ShopColour]
