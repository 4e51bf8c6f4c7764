"""Places on a map of our own: an equirectangular grid without outlines, on which no name covers another. Pure."""

import math
from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 800, 390
# Room for the figures at the edges.
_LEFT, _TOP, _RIGHT, _BOTTOM = 64, 18, 18, 34
# Dots closer than this are one: nobody could tell them apart.
_TOGETHER = 30
_DOT = 9
_LETTER, _LINE = 9.4, 19
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 45)
_LEAST_SPAN = 0.04


class Spot(NamedTuple):
    """Something to be shown: degrees north and east, its name, how it stands as a word, and how bad that is: 0 is worst."""

    key: str
    north: float
    east: float
    state: str
    rank: int = 0


class Dot(NamedTuple):
    """One dot with its name, in the map's own units. Of several spots in one place ``spots`` are all; ``anchor`` says
    which end of the text is at ``text_x``."""

    x: float
    y: float
    spots: Sequence[Spot]
    text_x: float
    text_y: float
    anchor: str

    @property
    def spot(self) -> Spot:
        """The first of them."""
        return self.spots[0]

    @property
    def state(self) -> str:
        """The worst of theirs."""
        return min(self.spots, key=lambda one: one.rank).state


class GridLine(NamedTuple):
    """A line of the grid at ``at``, across or down, with its degrees."""

    at: float
    label: str


class MapView(NamedTuple):
    """All of it; ``across`` are lines of one latitude, ``down`` of one longitude."""

    dots: Sequence[Dot]
    across: Sequence[GridLine]
    down: Sequence[GridLine]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    top: int = _TOP
    right: int = WIDTH - _RIGHT
    bottom: int = HEIGHT - _BOTTOM


class _Frame(NamedTuple):
    """The piece of the earth that is shown; degrees east are shortened by the cosine of its middle."""

    south: float
    west: float
    scale: float
    shorten: float

    def x(self, east: float) -> float:
        return _LEFT + (east - self.west) * self.shorten * self.scale

    def y(self, north: float) -> float:
        return HEIGHT - _BOTTOM - (north - self.south) * self.scale


def map_of(spots: Sequence[Spot], *, around: str = "") -> MapView | None:
    """A map that holds all spots, or those that stand in one place with the spot called ``around``. None without any."""
    if not spots:
        return None
    if around:
        groups = _groups(spots, _frame_of(spots))
        spots = next((group for group in groups if any(one.key == around for one in group)), spots)
    frame = _frame_of(spots)
    return MapView(_dots(_groups(spots, frame), frame), _across(frame), _down(frame))


def _frame_of(spots: Sequence[Spot]) -> _Frame:
    norths, easts = [spot.north for spot in spots], [spot.east for spot in spots]
    middle = (min(norths) + max(norths)) / 2, (min(easts) + max(easts)) / 2
    shorten = max(0.1, math.cos(math.radians(middle[0])))
    high = max(_LEAST_SPAN, (max(norths) - min(norths)) * 1.5)
    wide = max(_LEAST_SPAN, (max(easts) - min(easts)) * 1.35 * shorten)
    room = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    scale = min(room[0] / wide, room[1] / high)
    south = middle[0] - room[1] / scale / 2
    west = middle[1] - room[0] / scale / shorten / 2
    return _Frame(south, west, scale, shorten)


def _groups(spots: Sequence[Spot], frame: _Frame) -> list[list[Spot]]:
    """Spots in one place together, by the first of each."""
    found: list[list[Spot]] = []
    for spot in spots:
        here = frame.x(spot.east), frame.y(spot.north)
        for group in found:
            there = frame.x(group[0].east), frame.y(group[0].north)
            if math.dist(here, there) < _TOGETHER:
                group.append(spot)
                break
        else:
            found.append([spot])
    return found


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float

    def covers(self, other: "_Box") -> bool:
        apart = self.right < other.left or other.right < self.left
        return not (apart or self.bottom < other.top or other.bottom < self.top)


def _dots(groups: Sequence[Sequence[Spot]], frame: _Frame) -> list[Dot]:
    places = [(frame.x(group[0].east), frame.y(group[0].north)) for group in groups]
    taken = [_Box(x - _DOT, y - _DOT, x + _DOT, y + _DOT) for x, y in places]
    dots = []
    for group, (x, y) in zip(groups, places, strict=True):
        wide = _LETTER * max(len(group[0].key), 12)
        ways = [(text, box) for text, box in _ways(x, y, wide) if _inside(box)] or _ways(x, y, wide)
        free = [(text, box) for text, box in ways if not any(box.covers(other) for other in taken)]
        (text_x, text_y, anchor), box = (free or ways)[0]
        taken.append(box)
        dots.append(Dot(round(x, 1), round(y, 1), group, round(text_x, 1), round(text_y, 1), anchor))
    return dots


def _ways(x: float, y: float, wide: float) -> list[tuple[tuple[float, float, str], _Box]]:
    """Where a name of two lines may stand: right of its dot, left, above, below; ``text_y`` is its first line's."""
    gap, half = _DOT + 7, wide / 2
    found = []
    for left, top, at, anchor in (
        (x + gap, y - _LINE, x + gap, "start"),
        (x - gap - wide, y - _LINE, x - gap, "end"),
        (x - half, y - gap - 2 * _LINE, x, "middle"),
        (x - half, y + gap, x, "middle"),
    ):
        box = _Box(left, top, left + wide, top + 2 * _LINE)
        found.append(((at, top + 0.75 * _LINE, anchor), box))
    return found


def _inside(box: _Box) -> bool:
    return box.left > _LEFT and box.right < WIDTH - 4 and box.top > 4 and box.bottom < HEIGHT - _BOTTOM


def _across(frame: _Frame) -> list[GridLine]:
    top = frame.south + (HEIGHT - _TOP - _BOTTOM) / frame.scale
    lines = _ticks(max(-90.0, frame.south), min(90.0, top), most=6)
    return [GridLine(round(frame.y(at), 1), _degrees(at, step, "N", "S")) for at, step in lines]


def _down(frame: _Frame) -> list[GridLine]:
    end = frame.west + (WIDTH - _LEFT - _RIGHT) / frame.scale / frame.shorten
    lines = _ticks(max(-180.0, frame.west), min(180.0, end), most=8)
    return [GridLine(round(frame.x(at), 1), _degrees(at, step, "E", "W")) for at, step in lines]


def _ticks(first: float, last: float, *, most: int) -> list[tuple[float, float]]:
    step = next((step for step in _STEPS if (last - first) / step <= most), _STEPS[-1])
    count = range(math.ceil(first / step), math.floor(last / step) + 1)
    return [(number * step, step) for number in count]


def _degrees(at: float, step: float, above: str, below: str) -> str:
    places = max(0, math.ceil(-math.log10(step) - 1e-9))
    side = "" if abs(at) < step / 2 else f" {above if at > 0 else below}"
    return f"{abs(at):.{places}f}°{side}"
