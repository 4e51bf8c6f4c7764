"""Where a part is looked at from, and how it is fitted into its picture. No perspective: sizes stay comparable."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.parts.geometry.reader import View

Floats = NDArray[np.float32]

_MARGIN = 0.09


def _looking(azimuth: float, elevation: float) -> NDArray[np.float64]:
    """Three rows: to the right, up, and towards the eye, which stands at these degrees."""
    a, e = math.radians(azimuth), math.radians(elevation)
    toward = np.array([math.cos(e) * math.cos(a), math.cos(e) * math.sin(a), math.sin(e)])
    right = np.array([-math.sin(a), math.cos(a), 0.0])
    return np.stack((right, np.cross(toward, right), toward))


EYES = {
    View.ISOMETRIC: _looking(-50, 32),
    View.FRONT: _looking(-90, 0),
    View.RIGHT: _looking(0, 0),
    View.TOP: _looking(-90, 90),
}


@dataclass(frozen=True, slots=True)
class Projected:
    """Corners in a picture: ``x``, ``y`` (pixels, down) and ``z`` (pixels, towards the eye), each (3, n).

    ``eye``: the rows it was turned by; ``scale``: pixels per unit; ``shift``: the pixel of the part's middle, from
    which everything is counted; ``lowest``: how far below it the part ends.
    """

    x: Floats
    y: Floats
    z: Floats
    eye: Floats
    scale: float
    shift: tuple[float, float]
    lowest: float


def project(triangles: Triangles, view: View, *, side: int, margin: float = _MARGIN) -> Projected:
    """All corners seen in a view, fitted into a square of so many pixels with a margin of this part of it."""
    eye = EYES[view].astype(np.float32)
    low, high = _ends(triangles)
    middle = (low + high) / 2
    seen = np.empty((9, len(triangles)), dtype=np.float32)
    start = 0
    for block in triangles.blocks():
        end = start + block.shape[1]
        for corner in range(3):
            # Seen from its middle, a part far out keeps its digits.
            near = (block[3 * corner : 3 * corner + 3] - middle[:, None]).astype(np.float32)
            np.matmul(eye, near, out=seen[3 * corner : 3 * corner + 3, start:end])
        start = end
    x, y, z = seen[0::3], seen[1::3], seen[2::3]
    ends = [(float(axis.min()), float(axis.max())) for axis in (x, y)]
    scale = side * (1 - 2 * margin) / max(*(high - low for low, high in ends), 1e-30)
    (left, right), (bottom, top) = ends
    shift = side / 2 - scale * (left + right) / 2, side / 2 + scale * (bottom + top) / 2
    x *= np.float32(scale)
    x += np.float32(shift[0])
    y *= np.float32(-scale)
    y += np.float32(shift[1])
    z *= np.float32(scale)
    return Projected(x, y, z, eye, scale, shift, float(low[2] - middle[2]))


def _ends(triangles: Triangles) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    low, high = np.full(3, np.inf), np.full(3, -np.inf)
    for block in triangles.blocks():
        for corner in (block[0:3], block[3:6], block[6:9]):
            np.minimum(low, corner.min(axis=1), out=low)
            np.maximum(high, corner.max(axis=1), out=high)
    return low, high
