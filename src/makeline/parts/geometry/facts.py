"""What was measured of a file, and why a file is refused: the words between this room and whoever reads files."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from makeline.kernel.errors import FieldProblem, Invalid

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
    TOOK_TOO_LONG = "took_too_long"
    TOOK_TOO_MUCH_MEMORY = "took_too_much_memory"
    CRASHED_THE_READER = "crashed_the_reader"


class UnusableFile(Invalid):
    """The file cannot be read or holds no part; ``fault`` says why, ``field`` is the one to correct."""

    code: ClassVar[str] = "FILE_UNREADABLE"

    def __init__(self, fault: Fault, message: str, *, field: str = "file_data") -> None:
        super().__init__(FieldProblem(field, message))
        self.message = message
        self.extras = {"reason": fault.value}
        self.fault = fault


class Basis(StrEnum):
    """What the figures were taken from: the triangles of a mesh, or the surfaces of a boundary model."""

    MESH = "mesh"
    EXACT = "exact"


class FaceKind(StrEnum):
    """What a face of a boundary model is, as a machinist sees it."""

    PLANE = "plane"
    CYLINDER = "cylinder"
    CONE = "cone"
    SPHERE = "sphere"
    TORUS = "torus"
    FREEFORM = "freeform"


class Note(StrEnum):
    """What a customer should know of a file that is usable all the same."""

    OPEN_SURFACE = "open_surface"
    TURNED_TRIANGLES = "turned_triangles"
    UNIT_IN_DOUBT = "unit_in_doubt"
    SEVERAL_BODIES = "several_bodies"
    THIN_WALL = "thin_wall"


@dataclass(frozen=True, slots=True)
class Finding:
    """A note with its reason as a sentence and, where it has one, its place. Changes no figure."""

    note: Note
    message: str
    at: Point | None = None


@dataclass(frozen=True, slots=True)
class Hole:
    """A round hole: ``at`` is where its axis enters, ``axis`` points into the part; mm."""

    diameter: float
    depth: float
    through: bool
    at: Point
    axis: Point


@dataclass(frozen=True, slots=True)
class SurfaceFacts:
    """Measures of a surface in its own unit, usually mm.

    ``volume`` is above 0, or None while the surface is open; ``low`` and ``high`` the corners of its box along x, y
    and z; ``open_edges`` how many edges have no partner and ``leaks`` where some of them are (the middle of each).
    ``triangles`` of a boundary model are those of its pictures.
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
class ModelFacts:
    """What only a boundary model tells.

    ``faces``: how many there are of each kind; ``turned``: every face turns about one common axis, so that a lathe
    alone makes the part.
    """

    faces: dict[FaceKind, int]
    holes: Sequence[Hole]
    turned: bool


@dataclass(frozen=True, slots=True)
class PartFacts:
    """Everything a price and a page want to know of a part.

    ``bodies`` hang together by edges; ``oriented_box`` the sizes of the smallest box, largest first, and ``reach``
    for each of these directions the largest distance of a point from the line through the box's middle;
    ``turned``: so many triangles faced the wrong way and were turned before measuring; ``model`` is None for meshes,
    whose ``bores`` are the round holes that their triangles tell of.
    """

    basis: Basis
    surface: SurfaceFacts
    bodies: int
    oriented_box: Point
    reach: Point
    turned: int
    model: ModelFacts | None = None
    findings: Sequence[Finding] = ()
    bores: Sequence[Hole] = ()

    @property
    def holes(self) -> Sequence[Hole]:
        """The round holes, whatever they were told from."""
        return self.bores if self.model is None else self.model.holes
