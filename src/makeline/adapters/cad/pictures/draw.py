"""A part as a picture."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.camera import Floats, Projected, project
from makeline.adapters.cad.pictures.ground import ground_shade
from makeline.adapters.cad.pictures.normals import corner_normals, facet_normals, unit
from makeline.adapters.cad.pictures.raster import Raster, rasterise, work_of
from makeline.adapters.cad.pictures.shade import backdrop, coloured, lines, lit, occlusion, scene_of
from makeline.parts.geometry.reader import View

_FINER = 2
_MOST_ROUNDED = 60_000
# Pixels, each as often as triangles lie over it. Parts that people draw have a tenth of it.
_MOST_WORK, _COARSEST = 16_000_000, 8
# The ground takes more of the red light than of the blue.
_GROUND = np.array([1.0, 0.92, 0.80], dtype=np.float32)[:, None, None]
# How dark the deepest corner and a line are.
_SHADE, _INK = np.float32(0.6), np.float32(0.85)


@dataclass(frozen=True, slots=True)
class Model:
    """A part to be drawn, with what all its views share; ``facing`` as in ``rasterise``."""

    triangles: Triangles
    facets: Floats
    corners: Floats | None
    facing: int


def model_of(triangles: Triangles, *, closed: bool) -> Model:
    """Prepare a part; ``closed``: its surface is, so that half of it need not be looked at."""
    facets = facet_normals(triangles)
    # Many triangles are smaller than a pixel and need no rounding.
    corners = corner_normals(triangles, facets) if len(triangles) <= _MOST_ROUNDED else None
    return Model(triangles, facets, corners, _outward(triangles, facets) if closed else 0)


def draw(model: Model, view: View, *, side: int) -> NDArray[np.uint8]:
    """One view of a part as a (side, side, 3) picture; coarser where hundreds of triangles lie over each other."""
    seen = project(model.triangles, view, side=side * _FINER)
    coarser = 1
    while work_of(seen) > _MOST_WORK * coarser * coarser and coarser < _COARSEST:
        coarser *= 2
    if coarser > 1:
        side //= coarser
        seen = project(model.triangles, view, side=side * _FINER)
    return _drawn(model, view, seen, side).repeat(coarser, 0).repeat(coarser, 1)


def _drawn(model: Model, view: View, seen: Projected, side: int) -> NDArray[np.uint8]:
    fine = side * _FINER
    raster = rasterise(seen, side=fine, facing=model.facing)
    normals = _seen_normals(seen, raster, model)
    scene = scene_of(raster, normals)
    light, gloss = lit(normals)
    ink = lines(scene).take(raster.pixel) * _INK
    left = (1 - ink) * (1 - _SHADE * occlusion(scene).take(raster.pixel))
    # Colours are sums of these: it is enough to make them of the means.
    spread = np.zeros((4, fine, fine), dtype=np.float32)
    for plane, value in zip(
        spread.reshape(4, -1), (light * left, gloss * left, ink, np.float32(1)), strict=True
    ):
        plane[raster.pixel] = value
    light, gloss, ink, share = _halved(spread)
    picture = backdrop(side)
    if view is View.ISOMETRIC:
        # It is soft: every other pixel will do.
        shade = ground_shade(model.triangles, seen, side=side // 2, finer=2 * _FINER)
        picture *= 1 - shade.repeat(2, 0).repeat(2, 1) * _GROUND
    picture *= 1 - share
    picture += coloured(light, gloss, ink)
    return np.ascontiguousarray((np.clip(picture, 0, 1) * 255 + 0.5).astype(np.uint8).transpose(1, 2, 0))


def _halved(fine: Floats) -> Floats:
    return (fine[:, ::2, ::2] + fine[:, 1::2, ::2] + fine[:, ::2, 1::2] + fine[:, 1::2, 1::2]) * np.float32(
        0.25
    )


def _outward(triangles: Triangles, facets: Floats) -> int:
    """1 if normals look outward, which the sign of the volume tells; -1 for a part turned inside out."""
    total, start, origin = 0.0, 0, np.asarray(triangles.corners[0, :3], dtype=np.float64)
    for block in triangles.blocks():
        end = start + block.shape[1]
        total += float(((block[0:3] - origin[:, None]) * facets[:, start:end]).sum())
        start = end
    return 1 if total > 0 else -1


def _seen_normals(seen: Projected, raster: Raster, model: Model) -> Floats:
    who, corners = raster.triangle, model.corners
    if corners is None:
        turned = unit(seen.eye @ model.facets.take(who, axis=1))
    else:
        # Between unit vectors that differ little lie vectors that are nearly as long.
        looking = seen.eye @ corners
        turned, first = np.zeros((3, len(who)), dtype=np.float32), 3 * who
        for corner, weight in enumerate(_weights(seen, raster)):
            # Taken, not indexed: the same numbers in a fraction of the time.
            turned += looking.take(first + corner, axis=1) * weight
    # An open surface shows its back too.
    turned *= np.where(turned[2] < 0, np.float32(-1), np.float32(1))
    return turned


def _weights(seen: Projected, raster: Raster) -> tuple[Floats, Floats, Floats]:
    """How much each corner of its triangle counts at each pixel."""
    who = raster.triangle
    x, y = seen.x.take(who, axis=1), seen.y.take(who, axis=1)
    px = (raster.pixel % raster.side).astype(np.float32) + 0.5 - x[0]
    py = (raster.pixel // raster.side).astype(np.float32) + 0.5 - y[0]
    ux, uy, vx, vy = x[1] - x[0], y[1] - y[0], x[2] - x[0], y[2] - y[0]
    area = ux * vy - uy * vx
    area[area == 0] = np.inf
    one = np.clip((px * vy - py * vx) / area, 0, 1)
    two = np.clip((ux * py - uy * px) / area, 0, 1)
    return np.maximum(1 - one - two, 0), one, two
