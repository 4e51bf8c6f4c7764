"""What a price takes of a file: its figures in millimetres, to the digit as they are kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from makeline.parts.geometry.facts import Finding, Hole
from makeline.parts.geometry.facts_json import load_facts
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.units import MILLIMETRES, exact, in_millimetres
from makeline.parts.pricing.request import PartGeometry


@dataclass(frozen=True, slots=True)
class Measured:
    """A file as a price rests on it: its figures, the hash of its bytes, the version of the reader.

    ``findings`` and ``holes`` are in the file's own unit, of which ``scale`` mm make one.
    """

    file_id: int
    sha256: str
    reader: str
    geometry: PartGeometry
    bodies: int
    findings: Sequence[Finding]
    holes: Sequence[Hole]
    scale: float


def measured_part(file: PartFile) -> Measured:
    """Everything that a price and its findings want to know of a file that was measured.

    Volume (None while the surface is open), area, oriented box and reach to the digit as they are kept.
    """
    facts = load_facts(file.facts)
    sizes = in_millimetres(facts, file.unit)
    large, middle, small = (exact(size) for size in sizes.oriented_box)
    along_large, along_middle, along_small = (exact(distance) for distance in sizes.reach)
    assert file.reader is not None
    return Measured(
        file_id=file.id,
        sha256=file.sha256,
        reader=file.reader,
        geometry=PartGeometry(
            volume=None if sizes.volume is None else exact(sizes.volume),
            area=exact(sizes.area),
            box=(large, middle, small),
            reach=(along_large, along_middle, along_small),
        ),
        bodies=facts.bodies,
        findings=facts.findings,
        holes=facts.holes,
        scale=MILLIMETRES[file.unit],
    )
