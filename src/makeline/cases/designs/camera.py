"""Where the camera looks through the case: the picture prints under it, text keeps clear of it."""

from dataclasses import dataclass
from decimal import Decimal

from makeline.cases.designs.boxes import Area, Box
from makeline.cases.designs.shell import Canvas, Shell

# Islands are known to about 2 mm and a cut-out is a little larger than the island.
CLEARANCE_MM = Decimal("2.5")


@dataclass(frozen=True, slots=True)
class CameraIsland:
    """The camera area of a phone in millimetres, measured on the phone's back as seen from behind."""

    phone_width_mm: Decimal
    phone_height_mm: Decimal
    x_mm: Decimal
    y_mm: Decimal
    width_mm: Decimal
    height_mm: Decimal
    corner_radius_mm: Decimal

    def on(self, shell: Shell) -> Area | None:
        """The island's place on a shell: phone and shell share their centre; cut off at the shell's edges.

        None when nothing of it lies on the shell.
        """
        x = self.x_mm + (shell.width_mm - self.phone_width_mm) / 2
        y = self.y_mm + (shell.height_mm - self.phone_height_mm) / 2
        right = min(x + self.width_mm, shell.width_mm)
        bottom = min(y + self.height_mm, shell.height_mm)
        x, y = max(x, Decimal(0)), max(y, Decimal(0))
        if right <= x or bottom <= y:
            return None
        return Area(x, y, right - x, bottom - y)


@dataclass(frozen=True, slots=True)
class Opening:
    """The camera's hole on the print, in pixels."""

    box: Box
    corner_radius_px: int


def opening_of(island: CameraIsland, *, shell: Shell, canvas: Canvas) -> Opening | None:
    """The camera's hole on the canvas, or None when the island lies outside the shell."""
    area = island.on(shell)
    if area is None:
        return None
    left, top = canvas.px(area.x_mm), canvas.px(area.y_mm)
    right = min(canvas.px(area.x_mm + area.width_mm), canvas.width_px)
    bottom = min(canvas.px(area.y_mm + area.height_mm), canvas.height_px)
    if right <= left or bottom <= top:
        return None
    radius = min(canvas.px(island.corner_radius_mm), (right - left) // 2, (bottom - top) // 2)
    return Opening(Box(left, top, right - left, bottom - top), radius)
