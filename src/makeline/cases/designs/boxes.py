"""Rectangles of a print: in whole pixels for drawing, in millimetres for people."""

import math
from dataclasses import dataclass
from decimal import Decimal

from makeline.cases.designs.shell import Canvas


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in whole pixels; left and top count from the canvas's top left corner."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """First pixel column to the right of the box."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """First pixel row below the box."""
        return self.top + self.height

    def meets(self, other: "Box") -> bool:
        """Whether the two boxes share any pixel."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def shrunk(self, *, sides: int, ends: int) -> "Box":
        """The box without ``sides`` pixels left and right and ``ends`` pixels above and below."""
        return Box(self.left + sides, self.top + ends, self.width - 2 * sides, self.height - 2 * ends)

    def turned(self, degrees: int) -> "Box":
        """The upright box around this one when it is turned about its middle."""
        if degrees % 180 == 0:
            return self
        angle = math.radians(degrees)
        across, along = abs(math.cos(angle)), abs(math.sin(angle))
        width = math.ceil(round(self.width * across + self.height * along, 6))
        height = math.ceil(round(self.width * along + self.height * across, 6))
        return Box(
            self.left + (self.width - width) // 2, self.top + (self.height - height) // 2, width, height
        )

    def cut(self, other: "Box") -> "Box | None":
        """What the two boxes share."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        width, height = min(self.right, other.right) - left, min(self.bottom, other.bottom) - top
        return Box(left, top, width, height) if width > 0 and height > 0 else None

    @property
    def size(self) -> int:
        """Pixels in it."""
        return self.width * self.height

    def in_mm(self, canvas: Canvas) -> "Area":
        """The same rectangle in millimetres on the shell, to a hundredth."""
        return Area(canvas.mm(self.left), canvas.mm(self.top), canvas.mm(self.width), canvas.mm(self.height))


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle in millimetres; x and y count from the shell's top left corner as seen from behind."""

    x_mm: Decimal
    y_mm: Decimal
    width_mm: Decimal
    height_mm: Decimal


def whole(canvas: Canvas) -> Box:
    """The full rectangle of the print: no bleed, no rounded corners; the printer cuts by shell."""
    return Box(0, 0, canvas.width_px, canvas.height_px)


def split(start: int, length: int, *, parts: int, gutter: int) -> list[tuple[int, int]]:
    """Cut a length into near-equal parts with gutters between; answers (start, length) of each, exactly filling."""
    usable = length - gutter * (parts - 1)
    edges = [usable * index // parts for index in range(parts + 1)]
    return [
        (start + edges[index] + gutter * index, edges[index + 1] - edges[index]) for index in range(parts)
    ]
