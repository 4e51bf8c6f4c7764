"""A file's figures in millimetres, whatever unit it was drawn in."""

from dataclasses import dataclass
from decimal import Decimal

from makeline.parts.geometry.facts import PartFacts, Point
from makeline.parts.geometry.models import Unit

MILLIMETRES = {
    Unit.MICROMETRE: 0.001,
    Unit.MILLIMETRE: 1.0,
    Unit.CENTIMETRE: 10.0,
    Unit.METRE: 1000.0,
    Unit.INCH: 25.4,
    Unit.FOOT: 304.8,
}


@dataclass(frozen=True, slots=True)
class Sizes:
    """mm, mm², mm³; ``volume`` None while the surface is open."""

    volume: float | None
    area: float
    box: Point
    oriented_box: Point
    reach: Point


def in_millimetres(facts: PartFacts, unit: Unit) -> Sizes:
    """The measures of a part whose coordinates are in ``unit``."""
    scale = MILLIMETRES[unit]
    surface = facts.surface
    return Sizes(
        volume=None if surface.volume is None else surface.volume * scale**3,
        area=surface.area * scale**2,
        box=_scaled(surface.box, scale),
        oriented_box=_scaled(facts.oriented_box, scale),
        reach=_scaled(facts.reach, scale),
    )


def exact(figure: float) -> Decimal:
    """A measure as a price takes it: the decimals that print it."""
    return Decimal(repr(float(figure)))


def _scaled(point: Point, scale: float) -> Point:
    x, y, z = point
    return x * scale, y * scale, z * scale
