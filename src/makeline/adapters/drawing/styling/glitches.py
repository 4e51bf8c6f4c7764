"""What goes wrong in machines, on purpose."""

import numpy as np

from makeline.adapters.drawing.styling.sheet import Sheet, light_of, px


def parted(sheet: Sheet, thousandths: float, *, down: float = 0.0) -> Sheet:
    """Red to one side, blue to the other."""
    right, low = round(px(sheet, thousandths)), round(px(sheet, down))
    result = sheet.copy()
    result[:, :, 0] = np.roll(sheet[:, :, 0], (low, right), (0, 1))
    result[:, :, 2] = np.roll(sheet[:, :, 2], (-low, -right), (0, 1))
    return result


def torn(sheet: Sheet, rng: np.random.Generator, *, bands: int, reach: float) -> Sheet:
    """Bands of rows that have slipped aside."""
    height = sheet.shape[0]
    result = sheet.copy()
    for _ in range(bands):
        top = int(rng.integers(0, height))
        thick = int(height * rng.uniform(0.004, 0.05))
        slip = round(px(sheet, rng.uniform(-reach, reach)))
        result[top : top + thick] = np.roll(result[top : top + thick], slip, axis=1)
    return result


def wobbling(sheet: Sheet, rng: np.random.Generator, thousandths: float) -> Sheet:
    """Every row a little aside, as when a tape runs unevenly."""
    height, width = sheet.shape[:2]
    walk = np.cumsum(rng.standard_normal(height)).astype(np.float32)
    window = np.hanning(max(3, height // 40) | 1)
    walk = np.convolve(walk, window / window.sum(), mode="same")
    walk = (walk - walk.mean()) / max(float(np.abs(walk - walk.mean()).max()), 1e-6)
    shifts = np.round(walk * px(sheet, thousandths)).astype(np.int64)
    places = (np.arange(width)[None, :] + shifts[:, None]) % width
    return np.take_along_axis(sheet, places[:, :, None], axis=1)


def smeared(sheet: Sheet, *, low: float, high: float, longest: float) -> Sheet:
    """Pixels of middle lightness run down in order of their lightness, as if the picture melted."""
    result = sheet.copy()
    light = light_of(sheet)
    chosen = (light > low) & (light < high)
    # Columns in groups: neighbours run together, which looks like brush strokes rather than rain.
    group = max(1, round(px(sheet, 1.5)))
    most = max(8, int(px(sheet, longest)))
    for left in range(0, sheet.shape[1], group):
        rows = chosen[:, left]
        starts = np.flatnonzero(np.diff(rows.astype(np.int8), prepend=0) == 1)
        ends = np.flatnonzero(np.diff(rows.astype(np.int8), append=0) == -1) + 1
        for start, end in zip(starts, ends, strict=True):
            for top in range(int(start), int(end), most):
                low_end = min(top + most, int(end))
                order = np.argsort(light[top:low_end, left])
                result[top:low_end, left : left + group] = sheet[top:low_end, left : left + group][order]
    return result


def misplaced(sheet: Sheet, rng: np.random.Generator, *, blocks: int, reach: float) -> Sheet:
    """Blocks of another place, as a broken stream shows them; some with their colours turned round."""
    height, width = sheet.shape[:2]
    unit = max(4, width // 24)
    result = sheet.copy()
    for _ in range(blocks):
        rows, columns = unit * int(rng.integers(1, 3)), unit * int(rng.integers(2, 9))
        top, left = int(rng.integers(0, height - rows)), int(rng.integers(0, max(1, width - columns)))
        slip = round(px(sheet, rng.uniform(-reach, reach)))
        block = np.roll(sheet, slip, axis=1)[top : top + rows, left : left + columns]
        turn = int(rng.integers(0, 4))
        result[top : top + rows, left : left + columns] = block if turn > 1 else block[:, :, [2, 0, 1]]
    return result
