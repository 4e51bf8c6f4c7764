"""Colours and contrast: what a film stock, a chemist or a colourist does to the whole picture at once."""

from collections.abc import Sequence

import numpy as np

from makeline.adapters.drawing.styling.sheet import Plane, Sheet, across, blurred, light_of, mixed, rising

Colour = tuple[float, float, float]


def spread_out(sheet: Sheet, *, ends: float = 0.5) -> Sheet:
    """From black to white: the darkest and lightest ``ends`` percent are left out, so that no speck decides."""
    sample = light_of(sheet[::8, ::8])
    low, high = np.percentile(sample, [ends, 100 - ends])
    reach = max(float(high - low), 0.25)
    return np.clip((sheet - np.float32(low)) * np.float32(1 / reach), 0, 1)


def exposed(sheet: Sheet, middle: float) -> Sheet:
    """From black to white, and half of all pixels lighter than ``middle``, as far as a picture bears that."""
    whole = spread_out(sheet)
    found = float(np.clip(np.median(light_of(whole[::8, ::8])), 0.02, 0.9))
    return brightened(whole, float(np.clip(np.log(middle) / np.log(found), 0.5, 1.6)))


def brightened(sheet: Sheet, gamma: float) -> Sheet:
    """Middle tones lighter (below 1) or darker (above)."""
    return np.power(np.clip(sheet, 0, 1), np.float32(gamma))


def contrasted(sheet: Sheet, strength: float) -> Sheet:
    """An S-curve: 0 changes nothing, 1 is as hard as a picture bears."""
    flat = np.clip(sheet, 0, 1)
    return mixed(sheet, flat * flat * (3 - 2 * flat), strength)


def faded(sheet: Sheet, *, black: Colour, white: Colour) -> Sheet:
    """Black and white that are none any more, as in old prints."""
    low, high = np.array(black, np.float32), np.array(white, np.float32)
    return low + np.clip(sheet, 0, 1) * (high - low)


def coloured(sheet: Sheet, strength: float) -> Sheet:
    """0 is grey, 1 is as it was, above is more colourful; pale colours gain more than strong ones."""
    grey = light_of(sheet)[:, :, None]
    if strength <= 1:
        return grey + (sheet - grey) * np.float32(strength)
    distance = sheet - grey
    strong = np.max(np.abs(distance), axis=2, keepdims=True)
    return grey + distance * (1 + np.float32(strength - 1) * (1 - np.clip(strong, 0, 1)))


def tinted(sheet: Sheet, *, shadows: Colour, lights: Colour, strength: float) -> Sheet:
    """Two colours drawn through the picture: one where it is dark, one where it is light."""
    light = np.clip(light_of(sheet), 0, 1)[:, :, None]
    low, high = np.array(shadows, np.float32), np.array(lights, np.float32)
    toned = sheet + (low - 0.5) * (1 - light) ** 1.5 * 0.9 + (high - 0.5) * light**1.5 * 0.9
    return mixed(sheet, toned, strength)


def mapped(sheet: Sheet, stops: Sequence[tuple[float, Colour]]) -> Sheet:
    """Each lightness gets a colour of its own: the stops, and what lies between them."""
    light = np.clip(light_of(sheet), 0, 1)
    places = [place for place, _ in stops]
    return np.stack(
        [
            np.interp(light, places, [colour[band] for _, colour in stops]).astype(np.float32)
            for band in range(3)
        ],
        axis=2,
    )


def balanced(sheet: Sheet, gains: Colour) -> Sheet:
    """Red, green and blue, each times its own figure."""
    return sheet * np.array(gains, np.float32)


def black_and_white(sheet: Sheet, weights: Colour) -> Sheet:
    """Grey as a film sees it that is more sensible to some colours; the weights add up to about 1."""
    grey = sheet @ np.array(weights, np.float32)
    return np.repeat(np.clip(grey, 0, 1)[:, :, None], 3, axis=2)


def stepped(sheet: Sheet, steps: int, *, softness: float = 0.25) -> Sheet:
    """So many levels of lightness, with narrow slopes between them; the hues stay."""
    light = np.clip(light_of(sheet), 1e-3, 1)
    scaled = light * steps
    floor = np.floor(scaled)
    level = (floor + rising(scaled - floor, 0.5 - softness / 2, 0.5 + softness / 2)) / steps
    return np.clip(sheet * (level / light)[:, :, None], 0, 1)


def clear(sheet: Sheet, thousandths: float, strength: float) -> Sheet:
    """Local contrast: what is lighter than its surroundings becomes lighter still."""
    light = light_of(sheet)
    detail = light - blurred(light, thousandths)
    room = 1 - np.abs(2 * light - 1) ** 2
    return np.clip(sheet + (detail * room * np.float32(strength))[:, :, None], 0, 1)


def sharpened(sheet: Sheet, thousandths: float, strength: float) -> Sheet:
    """Fine edges made crisp."""
    light = light_of(sheet)
    return np.clip(sheet + ((light - blurred(light, thousandths)) * np.float32(strength))[:, :, None], 0, 1)


def vignetted(sheet: Sheet, strength: float, *, from_: float = 0.55) -> Sheet:
    """Darker towards the corners, as lenses draw."""
    return sheet * (1 - np.float32(strength) * corners(sheet, from_=from_))[:, :, None]


def corners(sheet: Sheet, *, from_: float = 0.55) -> Plane:
    """0 in the middle, 1 in the corners."""
    x, y = across(sheet)
    return rising(np.sqrt(x * x * 0.8 + y * y * 0.8), from_, 1.3)
