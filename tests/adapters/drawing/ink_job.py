"""A job for tests: where the ink of a text really is."""

from typing import Any

from makeline.adapters.drawing.drawings import halo_margin, text_drawing
from makeline.adapters.drawing.pixels import drawing

# Drawn on a larger ground than its box, so that ink which leaves the box is seen and not cut off.
AROUND = 60


def ink_boxes(header: dict[str, Any], _blobs: list[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """Left, top, width and height of the letters' own ink on the canvas, halo not counted, for each lettering."""
    return {"boxes": [_ink_box(lettering) for lettering in header["letterings"]]}, []


def _ink_box(lettering: dict[str, Any]) -> list[int]:
    box = lettering["box"]
    larger = {
        "left": box["left"] - AROUND,
        "top": box["top"] - AROUND,
        "width": box["width"] + 2 * AROUND,
        "height": box["height"] + 2 * AROUND,
    }
    ink = drawing(text_drawing({**lettering, "box": larger})).copy_memory()
    dark = (ink.extract_band(0) < 100) & (ink.extract_band(3) > 200)
    columns, rows = dark.project()
    left, right = _ends(columns.write_to_memory())
    top, bottom = _ends(rows.write_to_memory())
    margin = halo_margin(lettering["size_px"])
    return [larger["left"] + left - margin, larger["top"] + top - margin, right - left, bottom - top]


def _ends(counts: bytes) -> tuple[int, int]:
    filled = [index for index, count in enumerate(memoryview(counts).cast("I")) if count]
    return filled[0], filled[-1] + 1
