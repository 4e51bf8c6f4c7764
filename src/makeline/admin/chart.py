"""Bars as shapes of a picture that the server draws: stacked, with a scale of round numbers. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 720, 220
_LEFT, _TOP, _BOTTOM = 34, 8, 26
_GAP = 0.28
_LINES = 4


class Bar(NamedTuple):
    """One piece of a column: ``series`` and ``day`` count from 0."""

    x: float
    y: float
    width: float
    height: float
    series: int
    day: int
    count: int


class Mark(NamedTuple):
    """A text with its place: of a column below, or of a line of the scale at the left."""

    x: float
    y: float
    text: str


class Chart(NamedTuple):
    """Everything to be drawn in a box of ``WIDTH`` by ``HEIGHT``."""

    bars: Sequence[Bar]
    days: Sequence[Mark]
    scale: Sequence[Mark]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT


def draw_columns(days: Sequence[str], counts: Sequence[Sequence[int]]) -> Chart:
    """``counts[series][day]``; a column for each day, the first series at its foot."""
    highest = _round_up(max((sum(column) for column in zip(*counts, strict=True)), default=0))
    floor = HEIGHT - _BOTTOM
    unit = (floor - _TOP) / highest
    step = (WIDTH - _LEFT) / max(1, len(days))
    bars, marks = [], []
    for day, name in enumerate(days):
        x, y = _LEFT + day * step + step * _GAP / 2, float(floor)
        for number, column in enumerate(counts):
            count = column[day]
            if count:
                y -= count * unit
                width, height = round(step * (1 - _GAP), 1), round(count * unit, 1)
                bars.append(Bar(round(x, 1), round(y, 1), width, height, number, day, count))
        marks.append(Mark(round(_LEFT + (day + 0.5) * step, 1), HEIGHT - 8, name))
    lines = min(_LINES, highest)
    scale = [
        Mark(_LEFT - 8, round(floor - highest * unit * line / lines, 1), str(highest * line // lines))
        for line in range(lines + 1)
    ]
    return Chart(bars, marks, scale)


def _round_up(highest: int) -> int:
    """The next number that ``_LINES`` even parts of whole numbers make; small ones stay small."""
    if highest <= _LINES:
        return max(1, highest)
    power = 1
    while True:
        for digit in (1, 2, 3, 4, 5, 6, 8):
            if digit * power * _LINES >= highest:
                return digit * power * _LINES
        power *= 10
