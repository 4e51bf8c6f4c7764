"""Light on a part: a key light, a sky, a gloss, the shade of corners, and dark lines where surfaces break."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.pictures.camera import Floats
from makeline.adapters.cad.pictures.raster import Raster

Picture = NDArray[np.float32]
Window = tuple[slice, slice]

_TOP = np.array([0.975, 0.980, 0.988], dtype=np.float32)
_FOOT = np.array([0.880, 0.898, 0.922], dtype=np.float32)
_BODY = np.array([0.585, 0.675, 0.780], dtype=np.float32)
LINE = np.array([0.105, 0.145, 0.205], dtype=np.float32)
_BEHIND = np.float32(-1e6)
# Of the part in shade, and where it is looked for: on rings around a pixel of a coarse picture.
_COARSE = 256
_AROUND = [
    (round(radius * np.cos(turn)), round(radius * np.sin(turn)))
    for radius, turns, first in ((3, 6, 0.0), (7, 8, 0.4), (14, 8, 0.1))
    for turn in first + np.arange(turns) * 2 * np.pi / turns
]


def _unit(x: float, y: float, z: float) -> NDArray[np.float32]:
    vector = np.array([x, y, z])
    return (vector / np.linalg.norm(vector)).astype(np.float32)


# As seen by the eye: to the right, up, towards it.
_KEY, _FILL, _UP = _unit(-0.55, 0.55, 0.70), _unit(0.85, 0.1, 0.35), _unit(0.0, 1.0, 0.25)
_HALFWAY = _unit(-0.55, 0.55, 1.746)


@dataclass(frozen=True, slots=True)
class Scene:
    """What each pixel of a square picture shows: depth and unit normals as seen by the eye; ``nothing`` is far behind."""

    depth: Floats
    normals: Floats

    @property
    def side(self) -> int:
        """Pixels of a side."""
        return len(self.depth)


def scene_of(raster: Raster, normals: Floats) -> Scene:
    """The pixels of a raster with their normals (3, k)."""
    depth = np.full((raster.side, raster.side), _BEHIND)
    depth.reshape(-1)[raster.pixel] = raster.depth
    spread = np.zeros((3, raster.side, raster.side), dtype=np.float32)
    spread.reshape(3, -1)[:, raster.pixel] = normals
    return Scene(depth, spread)


def lit(normals: Floats) -> Picture:
    """Colours (3, k) of surfaces that look that way, before shade and lines."""
    key = np.maximum(_KEY @ normals, 0)
    gloss = np.maximum(_HALFWAY @ normals, 0)
    for _ in range(5):
        gloss *= gloss
    light = 0.50 + 0.12 * (_UP @ normals) + 0.46 * key + 0.15 * np.maximum(_FILL @ normals, 0)
    return _BODY[:, None] * light + 0.16 * gloss


def lines(scene: Scene) -> Floats:
    """How much of a dark line lies on each pixel (side, side), from 0 to 1."""
    dark = np.zeros_like(scene.depth)
    part = _framed(scene)
    drawn, depth, normals = dark[part], scene.depth[part], scene.normals[(slice(None), *part)]
    for one, other in (_neighbours(0), _neighbours(1)):
        same = normals[0][one] * normals[0][other]
        same += normals[1][one] * normals[1][other]
        same += normals[2][one] * normals[2][other]
        step = depth[one] - depth[other]
        # How far depth may change from pixel to pixel on such surfaces without a break.
        slack = 1.5 + 2.5 / np.maximum(np.minimum(normals[2][one], normals[2][other]), 0.08)
        weight = np.clip((0.82 - same) * 3, 0, 0.7)
        weight[np.abs(step) > slack] = 0.9
        weight[(depth[one] == _BEHIND) & (depth[other] == _BEHIND)] = 0
        # The line lies on the nearer side.
        near = step >= 0
        np.maximum(drawn[one], weight * near, out=drawn[one])
        np.maximum(drawn[other], weight * ~near, out=drawn[other])
    return dark


def _framed(scene: Scene) -> Window:
    """The rows and columns that show something, and one more on each side."""
    there = scene.depth != _BEHIND
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    if not len(rows):
        return slice(0), slice(0)
    return slice(max(rows[0] - 1, 0), rows[-1] + 2), slice(max(columns[0] - 1, 0), columns[-1] + 2)


def _neighbours(axis: int) -> tuple[Window, Window]:
    whole, head, tail = slice(None), slice(None, -1), slice(1, None)
    return ((head, whole), (tail, whole)) if axis == 0 else ((whole, head), (whole, tail))


def occlusion(scene: Scene) -> Floats:
    """How much of the light of the sky is hidden from each pixel (side, side), from 0 to 1; soft, so it is coarse."""
    factor = max(scene.side // _COARSE, 1)
    start = factor // 2
    z = scene.depth[start::factor, start::factor] / np.float32(factor)
    total = np.zeros_like(z)
    for right, down in _AROUND:
        here, there = _shifted(len(z), right, down)
        rise = z[there] - z[here]
        flat = np.float32(right * right + down * down)
        n = scene.normals[:, start::factor, start::factor][(slice(None), *here)]
        # Picture rows run down, the eye's up does not.
        ahead = n[0] * np.float32(right) - n[1] * np.float32(down) + n[2] * rise
        square = flat + rise * rise
        ahead /= np.sqrt(square)
        # What lies far in front throws no shade.
        total[here] += np.maximum(ahead - 0.12, 0) / (square * (0.2 / flat) + 0.8)
    hidden = np.clip(total * (2.6 / len(_AROUND)), 0, 1).astype(np.float32)
    return hidden.repeat(factor, 0).repeat(factor, 1)


def _shifted(side: int, right: int, down: int) -> tuple[Window, Window]:
    here = slice(max(-down, 0), side - max(down, 0)), slice(max(-right, 0), side - max(right, 0))
    there = slice(max(down, 0), side - max(-down, 0)), slice(max(right, 0), side - max(-right, 0))
    return here, there


def backdrop(side: int) -> Picture:
    """What is behind a part (3, side, side): light above, a little darker below."""
    down = np.linspace(0, 1, side, dtype=np.float32)[None, :, None] ** 1.4
    colours = _TOP[:, None, None] + (_FOOT - _TOP)[:, None, None] * down
    return np.broadcast_to(colours, (3, side, side)).copy()
