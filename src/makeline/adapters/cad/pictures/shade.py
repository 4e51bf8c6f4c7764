"""Light on a part: a key light, a sky, a gloss, the shade of corners, and dark lines where surfaces break."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.pictures.camera import Floats
from makeline.adapters.cad.pictures.raster import Raster

Picture = NDArray[np.float32]
Shorts = NDArray[np.int16]
Window = tuple[slice, slice]

_TOP = np.array([0.975, 0.980, 0.988], dtype=np.float32)
_FOOT = np.array([0.880, 0.898, 0.922], dtype=np.float32)
BODY = np.array([0.585, 0.675, 0.780], dtype=np.float32)
LINE = np.array([0.105, 0.145, 0.205], dtype=np.float32)
_QUARTERS, _HUNDREDTHS = np.float32(4), np.float32(100)
_BEHIND = np.int16(-16_000)
# The cosine between neighbours that makes a line, and the step that may.
_CREASED, _STEPPED = np.int16(8_200), np.int16(16)
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
_LIGHTS = np.stack((0.12 * _UP, 0.46 * _KEY, 0.15 * _FILL, _HALFWAY)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class Scene:
    """What each pixel of a square picture shows: depth in quarters of a pixel, and normals in hundredths.

    Small whole numbers: lines are found twice as fast in them. Where nothing is, the depth lies far behind.
    """

    depth: Shorts
    normals: Shorts

    @property
    def side(self) -> int:
        """Pixels of a side."""
        return len(self.depth)


def scene_of(raster: Raster, normals: Floats) -> Scene:
    """The pixels of a raster with their normals (3, k)."""
    depth = np.full((raster.side, raster.side), _BEHIND)
    depth.reshape(-1)[raster.pixel] = np.clip(raster.depth * _QUARTERS, _BEHIND + 1, -_BEHIND)
    spread = np.zeros((3, raster.side, raster.side), dtype=np.int16)
    for plane, row in zip(spread.reshape(3, -1), normals, strict=True):
        plane[raster.pixel] = row * _HUNDREDTHS
    return Scene(depth, spread)


def lit(normals: Floats) -> tuple[Floats, Floats]:
    """How much light (k) the body gives back that looks that way (3, k), and how much gloss lies on it."""
    light, key, fill, mirrored = _LIGHTS @ normals
    light += np.float32(0.50)
    light += np.maximum(key, 0, out=key)
    light += np.maximum(fill, 0, out=fill)
    gloss = np.zeros_like(light)
    # Elsewhere it is too faint to be seen.
    place = np.flatnonzero(mirrored > 0.8)
    gloss[place] = 0.16 * mirrored[place] ** 32
    return light, gloss


def coloured(light: Floats, gloss: Floats, ink: Floats) -> Picture:
    """Colours (3, side, side) of light, gloss and ink."""
    return BODY[:, None, None] * light + gloss + LINE[:, None, None] * ink


def lines(scene: Scene) -> Floats:
    """How much of a dark line lies on each pixel (side, side), from 0 to 1."""
    dark = np.zeros(scene.depth.shape, dtype=np.float32)
    part = _framed(scene)
    drawn, depth, normals = dark[part], scene.depth[part], scene.normals[(slice(None), *part)]
    for one, other in (_neighbours(0), _neighbours(1)):
        same = normals[0][one] * normals[0][other]
        same += normals[1][one] * normals[1][other]
        same += normals[2][one] * normals[2][other]
        step = depth[one] - depth[other]
        # Most pixels continue their neighbours; only the others are looked at closely.
        place = np.nonzero((same < _CREASED) | (np.abs(step) > _STEPPED))
        if not len(place[0]):
            continue
        weight = np.clip((_CREASED - same[place]) * (3 / _HUNDREDTHS**2), 0, 0.7)
        facing = np.minimum(normals[2][one][place], normals[2][other][place]) / _HUNDREDTHS
        # How far depth may change from pixel to pixel on such surfaces without a break.
        weight[np.abs(step[place]) > _QUARTERS * (1.5 + 2.5 / np.maximum(facing, 0.08))] = 0.9
        weight[(depth[one][place] == _BEHIND) & (depth[other][place] == _BEHIND)] = 0
        # The line lies on the nearer side.
        near = step[place] >= 0
        for side, here in ((one, near), (other, ~near)):
            chosen = place[0][here], place[1][here]
            drawn[side][chosen] = np.maximum(drawn[side][chosen], weight[here])
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
    z = scene.depth[start::factor, start::factor] / (_QUARTERS * np.float32(factor))
    normals = scene.normals[:, start::factor, start::factor] / _HUNDREDTHS
    total = np.zeros_like(z)
    for right, down in _AROUND:
        here, there = _shifted(len(z), right, down)
        rise = z[there] - z[here]
        flat = np.float32(right * right + down * down)
        n = normals[(slice(None), *here)]
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
