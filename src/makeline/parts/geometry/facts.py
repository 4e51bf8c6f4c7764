"""What was measured of a file, and why a file is refused: the words between this room and whoever reads files."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from makeline.kernel.errors import Kind, Refusal

Point = tuple[float, float, float]


class Fault(StrEnum):
    """What can be wrong with a file, as staff and customers are told."""

    NOT_THE_TYPE = "not_the_type"
    LENGTH_DIFFERS = "length_differs"
    NOT_FINITE = "not_finite"
    TOO_FAR_OUT = "too_far_out"
    NO_SURFACE = "no_surface"
    TOO_LARGE = "too_large"
    BROKEN = "broken"


class UnusableFile(Refusal):
    """The file cannot be read or holds no part; ``fault`` says why."""

    code: ClassVar[str] = "FILE_UNREADABLE"
    kind: ClassVar[Kind] = Kind.INVALID

    def __init__(self, fault: Fault, message: str) -> None:
        super().__init__(message, reason=fault.value)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class MeshFacts:
    """Measures of a mesh in its own unit, usually mm.

    ``volume`` is above 0, or None while the surface is open; ``box`` the sizes along x, y and z; ``open_edges`` how
    many edges have no partner and ``leaks`` where some of them are (the middle of each).
    """

    triangles: int
    volume: float | None
    area: float
    low: Point
    high: Point
    open_edges: int
    leaks: Sequence[Point]

    @property
    def watertight(self) -> bool:
        """Whether the surface closes, with its triangles turned the same way."""
        return self.volume is not None

    @property
    def box(self) -> Point:
        """The sizes along x, y and z."""
        (x0, y0, z0), (x1, y1, z1) = self.low, self.high
        return x1 - x0, y1 - y0, z1 - z0


@dataclass(frozen=True, slots=True)
class PartFacts:
    """Everything a price and a page want to know of a mesh.

    ``bodies`` hang together by edges; ``oriented_box`` the sizes of the smallest box, largest first, and ``reach``
    for each of these directions the largest distance of a point from the line through the box's middle;
    ``turned``: so many triangles faced the wrong way and were turned before measuring.
    """

    mesh: MeshFacts
    bodies: int
    oriented_box: Point
    reach: Point
    turned: int
