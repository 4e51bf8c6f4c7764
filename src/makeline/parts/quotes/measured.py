"""What a price takes of a file: its figures in millimetres, to the digit as they are kept."""

from makeline.parts.geometry.facts_json import load_facts
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.units import exact, in_millimetres
from makeline.parts.pricing.request import PartGeometry


def geometry_of(file: PartFile) -> PartGeometry:
    """Volume (None while the surface is open), area, oriented box and reach of a file that was measured."""
    sizes = in_millimetres(load_facts(file.facts), file.unit)
    large, middle, small = (exact(size) for size in sizes.oriented_box)
    along_large, along_middle, along_small = (exact(distance) for distance in sizes.reach)
    return PartGeometry(
        volume=None if sizes.volume is None else exact(sizes.volume),
        area=exact(sizes.area),
        box=(large, middle, small),
        reach=(along_large, along_middle, along_small),
    )
