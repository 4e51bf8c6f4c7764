"""Everything that pages show of a part: its views, a small picture, and a scene to turn."""

import numpy as np
from numpy.typing import NDArray

from makeline.adapters.cad.meshes.triangles import Triangles
from makeline.adapters.cad.pictures.camera import EYES
from makeline.adapters.cad.pictures.draw import draw, model_of
from makeline.adapters.cad.pictures.glb import write_glb
from makeline.adapters.cad.pictures.png import write_png
from makeline.foundation.limited_jobs import report
from makeline.parts.geometry.reader import Stage, View

# How many times smaller the small picture is.
_TIMES = 4


def album_of(triangles: Triangles, *, closed: bool, side: int) -> tuple[list[str], list[bytes]]:
    """Names and bytes: a PNG for each view and a small isometric one, and last the GLB, which has no name.

    ``side``: pixels of a picture, a multiple of 4.
    """
    model = model_of(triangles, closed=closed)
    drawn, steps = {}, len(EYES) + 2
    for done, view in enumerate(EYES, start=1):
        report(Stage.PICTURING, done / steps)
        drawn[view] = draw(model, view, side=side)
    # Last, the scene.
    report(Stage.PICTURING, (steps - 1) / steps)
    pictures = {**drawn, View.SMALL: _smaller(drawn[View.ISOMETRIC])}
    return list(pictures), [*map(write_png, pictures.values()), write_glb(triangles)]


def _smaller(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    side = len(picture) // _TIMES
    sums = picture.reshape(side, _TIMES, side, _TIMES, 3).sum(axis=(1, 3), dtype=np.int64)
    return (sums // (_TIMES * _TIMES)).astype(np.uint8)
