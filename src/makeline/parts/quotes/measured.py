"""What a price takes of a file: its figures in millimetres, to the digit as they are kept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from makeline.parts.geometry.facts import Finding, Hole, Note
from makeline.parts.geometry.facts_json import load_facts
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.units import MILLIMETRES, exact, in_millimetres
from makeline.parts.pricing.request import PartGeometry

# mm: walls from here on are thick enough, whatever the unit was in which they were met.
_THICK_ENOUGH = 0.8
_FIGURE = re.compile(r"\d+\.\d+")


@dataclass(frozen=True, slots=True)
class Measured:
    """A file as a price rests on it: its figures, the hash of its bytes, the version of the reader.

    Places of ``findings`` and ``holes`` are in the file's own unit, of which ``scale`` mm make one.
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
        findings=as_drawn(facts.findings, MILLIMETRES[file.unit]),
        holes=facts.holes,
        scale=MILLIMETRES[file.unit],
    )


def as_drawn(findings: Sequence[Finding], scale: float) -> Sequence[Finding]:
    """What a reader took for millimetres, told anew once it is known that ``scale`` mm make one unit."""
    if scale == 1:
        return findings
    return [
        told
        for finding in findings
        if finding.note is not Note.UNIT_IN_DOUBT
        for told in (_wall(finding, scale) if finding.note is Note.THIN_WALL else (finding,))
    ]


def _wall(finding: Finding, scale: float) -> Iterator[Finding]:
    thick = float(_FIGURE.findall(finding.message)[0]) * scale
    if thick < _THICK_ENOUGH:
        yield replace(finding, message=_FIGURE.sub(f"{thick:.2f}", finding.message))
