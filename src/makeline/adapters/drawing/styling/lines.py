"""Lines of a drawing, found in a photograph."""

import numpy as np

from makeline.adapters.drawing.styling.sheet import Plane, Sheet, blurred, light_of, rising


def inked(sheet: Sheet, thousandths: float, *, from_: float = 0.012, to: float = 0.05) -> Plane:
    """Where a pen would draw, 0 to 1: on the dark side of edges, thicker where they are strong."""
    light = light_of(sheet)
    difference = blurred(light, thousandths * 1.6) - blurred(light, thousandths)
    return rising(difference, from_, to)


def contours(sheet: Sheet, thousandths: float, *, from_: float = 0.02, to: float = 0.12) -> Plane:
    """How steep the picture is at each pixel, 0 to 1: thin lines along its edges."""
    light = blurred(light_of(sheet), thousandths)
    down = np.abs(np.diff(light, axis=0, prepend=light[:1]))
    right = np.abs(np.diff(light, axis=1, prepend=light[:, :1]))
    # Steepness for each thousandth of the width, so that it means the same at every size.
    return rising(np.sqrt(down * down + right * right) * np.float32(light.shape[1] / 1000), from_, to)


def relief(sheet: Sheet, thousandths: float) -> Plane:
    """Light from above left on the picture taken as a landscape: above 0 where it looks up, below where it looks down."""
    light = blurred(light_of(sheet), thousandths)
    down = np.diff(light, axis=0, append=light[-1:])
    right = np.diff(light, axis=1, append=light[:, -1:])
    slope = (down + right) * np.float32(light.shape[1] / 1000)
    return np.tanh(slope * 14)
