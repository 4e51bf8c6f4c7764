"""The documented answers of the catalogue calls: each a map from id to what is said of it."""

from pydantic import BaseModel, RootModel


class Service(BaseModel):
    """What can be done to a part."""

    name: str
    description: str
    locations: list[str]


class Services(RootModel[dict[str, Service]]):
    """By service id."""


class Form(BaseModel):
    """One form that a material is sold in. RUB per kg; null where there is no price yet."""

    price_per_kg: float | None
    services: list[str]


class Material(BaseModel):
    """What a part is made of. ``density`` in g/cm³; RUB per kg of the cheapest form."""

    name: str
    density: float
    price_per_kg: float | None
    family: str
    forms: dict[str, Form]
    services: list[str]


class Materials(RootModel[dict[str, Material]]):
    """By material id."""


class Factor(BaseModel):
    """An id of a request with its factor."""

    name: str
    multiplier: float


class Cover(Factor):
    """A cover and the working days it takes."""

    days: int


class Named(BaseModel):
    """An id of a request without a figure of its own."""

    name: str


class Coefficients(BaseModel):
    """Everything that a request chooses by id."""

    tolerance: dict[str, Factor]
    finish: dict[str, Factor]
    cover: dict[str, Cover]
    control: dict[str, Factor]
    certificate: dict[str, Named]
    paint: dict[str, Named]


class Location(BaseModel):
    """A production site. ``shipping_cost`` in RUB."""

    name: str
    shipping_cost: float
    services: list[str]


class Locations(RootModel[dict[str, Location]]):
    """By site id."""
