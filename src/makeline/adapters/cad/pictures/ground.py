"""The soft shade that a part throws on the ground it stands on."""

import numpy as np

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.camera import Floats, Projected, project
from makeline.adapters.cad.pictures.raster import rasterise
from makeline.parts.geometry.reader import View

_SIDE, _MARGIN = 160, 0.22
# Pixels of that map: a near shade and a far one, and how dark each is.
_SOFT = ((3, 0.20), (11, 0.26))


def ground_shade(triangles: Triangles, seen: Projected, *, side: int, finer: int) -> Floats:
    """How dark each pixel (side, side) of the ground is, from 0 to 1; ``seen`` has ``finer`` pixels for each."""
    above = project(triangles, View.TOP, side=_SIDE, margin=_MARGIN)
    covered = np.zeros((_SIDE, _SIDE), dtype=np.float32)
    covered.reshape(-1)[rasterise(above, side=_SIDE).pixel] = 1
    shade = sum(_softened(covered, radius) * np.float32(dark) for radius, dark in _SOFT)
    assert not isinstance(shade, int)
    across, along = _ground_under(seen, side, finer)
    column = across * above.scale + above.shift[0]
    row = above.shift[1] - along * above.scale
    return _between(shade, column, row)


def _ground_under(seen: Projected, side: int, finer: int) -> tuple[Floats, Floats]:
    """Where on the ground each pixel lies, in units of the part from its middle."""
    right, up, toward = seen.eye
    middle = (np.arange(side, dtype=np.float32) + 0.5) * finer
    a = ((middle - seen.shift[0]) / seen.scale)[None, :]
    b = ((seen.shift[1] - middle) / seen.scale)[:, None]
    # The point a to the right and b up, moved along the line of sight until it is as low as the part.
    c = (seen.lowest - b * up[2]) / toward[2]
    return a * right[0] + b * up[0] + c * toward[0], a * right[1] + b * up[1] + c * toward[1]


def _softened(picture: Floats, radius: int) -> Floats:
    """Three means over squares are nearly a bell."""
    for _ in range(3):
        for _ in range(2):
            sums = np.cumsum(np.pad(picture, ((radius + 1, radius), (0, 0)), mode="edge"), axis=0)
            picture = ((sums[2 * radius + 1 :] - sums[: -2 * radius - 1]) / (2 * radius + 1)).T
    return picture


def _between(picture: Floats, column: Floats, row: Floats) -> Floats:
    """Values between the pixels of a map; beyond its edge those of the edge."""
    x, y = np.clip(column - 0.5, 0, _SIDE - 1.001), np.clip(row - 0.5, 0, _SIDE - 1.001)
    left, top = x.astype(np.int32), y.astype(np.int32)
    x, y = x - left, y - top
    upper = picture[top, left] * (1 - x) + picture[top, left + 1] * x
    lower = picture[top + 1, left] * (1 - x) + picture[top + 1, left + 1] * x
    return upper * (1 - y) + lower * y
