"""The jobs of B10, run where the product runs them: in a limited process. Blobs in: an STL file."""

from typing import Any

from makeline.adapters.cad.meshes.stl import read_stl
from makeline.adapters.cad.pictures.camera import project
from makeline.adapters.cad.pictures.draw import draw, model_of
from makeline.adapters.cad.pictures.png import write_png
from makeline.parts.geometry.reader import View

_SIDE, _MOST = 512, 5_000_000


def picture(_header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Blobs out: its isometric picture."""
    model = model_of(read_stl(blobs[0], most=_MOST), closed=True)
    return {}, [write_png(draw(model, View.ISOMETRIC, side=_SIDE))]


def projected(_header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header out: how many triangles lie where in the picture, without anything being drawn."""
    seen = project(read_stl(blobs[0], most=_MOST), View.ISOMETRIC, side=2 * _SIDE)
    return {"triangles": seen.x.shape[1]}, []
