"""Looking at placed pictures: faces, and edges where nothing is. Runs in a confined process."""

from functools import cache
from typing import Any

import cv2
import cv2.data
import numpy as np
import pyvips
from numpy.typing import NDArray

from makeline.adapters.drawing.compose_job import fitted
from makeline.adapters.drawing.pixels import damaged
from makeline.cases.designs.boxes import Box

Pixels = NDArray[np.uint8]
# Wide enough for the faces of a group, small enough for a tenth of a second.
_LOOKED_AT_PX = 360
# Levels of 255: what JPEG leaves of one plain colour; and what is clearly another one.
_EVEN, _OTHER = 10, 24
# So much of the first row behind a strip is another colour: a straight end, not a sky that runs out.
_STRAIGHT_PERCENT = 55
_SMALLEST_FACE = 0.1
_SURE = 6


def look(header: dict[str, Any], blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Header in: an order as ``orders.compose_order`` writes it. Out: for each picture the faces (left, top, width,
    height in pixels of the print) and the depths of its blank edges (left, top, right, bottom)."""
    try:
        return {"pictures": [_seen(picture, header, blobs) for picture in header["pictures"]]}, []
    except pyvips.Error as error:
        raise damaged(error) from error


def _seen(picture: dict[str, Any], header: dict[str, Any], blobs: list[bytes]) -> dict[str, Any]:
    box = Box(**picture["box"])
    # Drawn small at once: a photograph is then decoded at a fraction of its size.
    width = min(_LOOKED_AT_PX, box.width)
    small = {"left": 0, "top": 0, "width": width, "height": max(box.height * width // box.width, 1)}
    pixels: Pixels = np.asarray(fitted(picture | {"box": small}, blobs, header["background"]).numpy())
    scale = width / box.width
    faces = [
        [box.left + round(x / scale), box.top + round(y / scale), round(w / scale), round(h / scale)]
        for x, y, w, h in _faces(pixels)
    ]
    turned = (pixels.transpose(1, 0, 2), pixels, pixels[:, ::-1].transpose(1, 0, 2), pixels[::-1])
    return {"faces": faces, "blank": [round(_blank_rows(side) / scale) for side in turned]}


def _blank_rows(pixels: Pixels) -> int:
    """How many rows from the top are of one colour, where something else begins in a straight line; else 0."""
    rows = pixels.astype(np.int16)
    colour = np.median(rows[0], axis=0)
    apart = np.abs(rows - colour).max(axis=2)
    even = (apart <= _EVEN).mean(axis=1) > 0.99
    depth = int(np.argmin(even)) if not even.all() else 0
    if depth == 0:
        return 0
    # The row of the seam itself is blurred by shrinking: the next one tells.
    behind = apart[min(depth + 1, len(rows) - 1)]
    return depth if (behind > _OTHER).mean() * 100 >= _STRAIGHT_PERCENT else 0


def _faces(pixels: Pixels) -> list[list[int]]:
    grey = cv2.equalizeHist(cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY))
    smallest = round(pixels.shape[1] * _SMALLEST_FACE)
    found = _cascade().detectMultiScale(
        grey, scaleFactor=1.1, minNeighbors=_SURE, minSize=(smallest, smallest)
    )
    return [[int(figure) for figure in face] for face in found]


@cache
def _cascade() -> cv2.CascadeClassifier:
    cv2.setNumThreads(1)
    return cv2.CascadeClassifier(cv2.data.haarcascades + "haarcascade_frontalface_alt2.xml")
