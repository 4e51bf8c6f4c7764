"""A picture as numbers, and the few operations that everything else is made of. Runs in a confined process.

A ``Sheet`` is height × width × 3 float32, sRGB values from 0 to 1; a ``Plane`` has no third dimension. Lengths are
given in thousandths of the picture's width, so that a style looks alike at every size.
"""

import numpy as np
import pyvips
from numpy.typing import NDArray

Sheet = NDArray[np.float32]
Plane = NDArray[np.float32]

# The eye's own weights of red, green and blue.
_WEIGHTS = np.array([0.2126, 0.7152, 0.0722], np.float32)
# Beyond this many pixels a blur is made on a smaller picture: nobody sees the difference.
_LARGEST_SIGMA = 4.0
_STEERING_SIGMA = 2.0


def sheet_of(image: pyvips.Image) -> Sheet:
    """An 8-bit sRGB picture as numbers."""
    return np.multiply(image.numpy()[:, :, :3], np.float32(1 / 255), dtype=np.float32)


def image_of(sheet: Sheet) -> pyvips.Image:
    """Numbers as an 8-bit sRGB picture."""
    levels = (np.clip(sheet, 0, 1) * 255 + 0.5).astype(np.uint8)
    return pyvips.Image.new_from_array(levels, interpretation="srgb")


def px(sheet: NDArray[np.float32], thousandths: float) -> float:
    """A length in pixels."""
    return sheet.shape[1] * thousandths / 1000


def light_of(sheet: Sheet) -> Plane:
    """How light each pixel is."""
    return sheet @ _WEIGHTS


def blurred(values: NDArray[np.float32], thousandths: float) -> NDArray[np.float32]:
    """A sheet or a plane, softened by so much."""
    sigma = px(values, thousandths)
    if sigma < 0.3:
        return values
    image = _image(values)
    shrink = max(1.0, sigma / _LARGEST_SIGMA)
    if shrink > 1:
        image = image.resize(1 / shrink, kernel="linear")
    image = image.gaussblur(sigma / shrink, precision="approximate" if sigma > 20 else "integer")
    if shrink > 1:
        image = _resized(image, values)
    return _numbers(image, values)


def smoothed(sheet: Sheet, thousandths: float, *, edge: float = 0.02) -> Sheet:
    """Flat where it is nearly flat, sharp where it has edges: the guided filter, steered by lightness.

    ``edge`` is the contrast from which on something is an edge. What is steered by is found on a smaller picture: it
    changes slowly from place to place, and takes a tenth of the time there.
    """
    guide = light_of(sheet)
    small = _smaller(sheet, max(1.0, px(sheet, thousandths) / _STEERING_SIGMA))
    dark = light_of(small)
    mean = blurred(dark, thousandths)
    spread = blurred(dark * dark, thousandths) - mean * mean
    bar = np.float32(edge * edge)
    even = blurred(small, thousandths)
    together = blurred(dark[:, :, None] * small, thousandths) - mean[:, :, None] * even
    slope = together / (spread + bar)[:, :, None]
    rest = blurred(even - slope * mean[:, :, None], thousandths)
    slope = blurred(slope, thousandths)
    # Where there is hardly an edge, colours are made even too.
    keep = np.clip(blurred(spread / (spread + bar), thousandths) * 3, 0, 1)[:, :, None]
    steering = np.concatenate([slope * keep, rest * keep + even * (1 - keep)], axis=2)
    steering = _numbers(_resized(_image(steering), sheet), sheet, bands=6)
    return np.clip(steering[:, :, :3] * guide[:, :, None] + steering[:, :, 3:], 0, 1)


def mixed(below: Sheet, above: Sheet, share: Plane | float) -> Sheet:
    """``above`` over ``below``; ``share`` 0 to 1 says how much of it shows, everywhere or for each pixel."""
    weight = share[:, :, None] if isinstance(share, np.ndarray) else np.float32(share)
    return below + (above - below) * weight


def screened(below: Sheet, light: Sheet) -> Sheet:
    """Light added as a second exposure adds it: never beyond white."""
    return 1 - (1 - np.clip(below, 0, 1)) * (1 - np.clip(light, 0, 1))


def rising(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """0 up to ``low``, 1 from ``high`` on, softly between; falling where ``low`` is the larger."""
    along = np.clip((values - low) / (high - low), 0, 1)
    return along * along * (3 - 2 * along)


def across(sheet: NDArray[np.float32]) -> tuple[Plane, Plane]:
    """Of each pixel the place across and down, from -1 to 1."""
    height, width = sheet.shape[:2]
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :]
    y = np.linspace(-1, 1, height, dtype=np.float32)[:, None]
    return np.broadcast_to(x, (height, width)), np.broadcast_to(y, (height, width))


def _image(values: NDArray[np.float32]) -> pyvips.Image:
    return pyvips.Image.new_from_array(np.ascontiguousarray(values, np.float32))


def _smaller(sheet: Sheet, factor: float) -> Sheet:
    return sheet if factor == 1 else np.asarray(_image(sheet).resize(1 / factor, kernel="linear").numpy())


def _resized(image: pyvips.Image, like: NDArray[np.float32]) -> pyvips.Image:
    height, width = like.shape[:2]
    return image.resize(width / image.width, vscale=height / image.height, kernel="cubic")


def _numbers(image: pyvips.Image, like: NDArray[np.float32], *, bands: int = 0) -> NDArray[np.float32]:
    found = np.asarray(image.numpy(), np.float32)[: like.shape[0], : like.shape[1]]
    return found.reshape((*like.shape[:2], bands) if bands else like.shape)
