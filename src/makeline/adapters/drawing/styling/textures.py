"""What a picture is printed or shown on: grain, dust, dots, lines of a screen."""

import numpy as np

from makeline.adapters.drawing.styling.sheet import Plane, Sheet, across, blurred, light_of, px, rising


def noise(sheet: Sheet, rng: np.random.Generator, thousandths: float) -> Plane:
    """Grey noise with grains of such a size; its mean is 0 and its spread 1."""
    height, width = sheet.shape[:2]
    plane = rng.standard_normal((height, width), dtype=np.float32)
    if px(sheet, thousandths) < 0.3:
        return plane
    plane = blurred(plane, thousandths)
    return plane / max(float(plane.std()), 1e-6)


def grained(sheet: Sheet, rng: np.random.Generator, strength: float, *, size: float = 0.7) -> Sheet:
    """Film grain: strongest in the middle tones."""
    light = light_of(sheet)
    weight = (0.35 + 0.65 * (1 - (2 * light - 1) ** 2)) * np.float32(strength)
    return sheet + (noise(sheet, rng, size) * weight)[:, :, None]


def speckled(sheet: Sheet, rng: np.random.Generator, strength: float) -> Sheet:
    """Coloured noise of a cheap sensor: in the dark most of all."""
    dark = 1 - light_of(sheet)
    speck = np.stack([noise(sheet, rng, 1.1) for _ in range(3)], axis=2)
    return sheet + speck * (dark * dark * np.float32(strength))[:, :, None]


def dusted(sheet: Sheet, rng: np.random.Generator, *, specks: int, scratches: int) -> Sheet:
    """Dust and scratches of a negative that was carried in a pocket."""
    height, width = sheet.shape[:2]
    marks = np.zeros((height, width), np.float32)
    for _ in range(specks):
        y, x = rng.integers(0, height), rng.integers(0, width)
        size = max(1, int(px(sheet, rng.uniform(0.4, 1.8))))
        marks[y : y + size, x : x + size] = rng.uniform(0.25, 0.8)
    for _ in range(scratches):
        x, start = rng.integers(0, width), rng.integers(0, height)
        length = rng.integers(height // 12, height // 3)
        thick = max(1, int(px(sheet, 0.8)))
        marks[start : start + length, x : x + thick] += rng.uniform(0.12, 0.35)
    return sheet + (1 - sheet) * blurred(marks, 0.5)[:, :, None]


def scanned(sheet: Sheet, strength: float, *, lines: int) -> Sheet:
    """Dark lines between the lines of a television."""
    _, y = across(sheet)
    wave = 0.5 + 0.5 * np.cos(y * np.float32(np.pi * lines))
    return sheet * (1 - np.float32(strength) * wave)[:, :, None]


def grilled(sheet: Sheet, strength: float, *, columns: int) -> Sheet:
    """The red, green and blue bars of a picture tube."""
    x, _ = across(sheet)
    phase = x * np.float32(np.pi * columns)
    bars = np.stack([0.5 + 0.5 * np.cos(phase + shift) for shift in (0.0, 2.094, 4.189)], axis=2)
    return sheet * (1 - np.float32(strength) + np.float32(strength * 1.6) * bars)


def dotted(sheet: Sheet, thousandths: float, *, angle: float = 0.4) -> Plane:
    """A screen of round dots, larger where the picture is darker: 1 is ink, 0 is paper."""
    height, width = sheet.shape[:2]
    pitch = max(3.0, px(sheet, thousandths))
    ys, xs = np.mgrid[0:height, 0:width].astype(np.float32)
    turned_x = (xs * np.cos(angle) + ys * np.sin(angle)) * np.float32(np.pi / pitch)
    turned_y = (ys * np.cos(angle) - xs * np.sin(angle)) * np.float32(np.pi / pitch)
    screen = (np.cos(turned_x) * np.cos(turned_y) + 1) / 2
    dark = 1 - blurred(light_of(sheet), thousandths / 2)
    return rising(dark - (1 - screen), -0.06, 0.06)
