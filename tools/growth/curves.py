"""Draw how costs grow: both axes logarithmic, one panel for each kind of work, readable by day and by night."""

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10
from typing import NamedTuple

_WIDTH, _HEIGHT = 460, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 12, 34, 40
_KEY = 15
# Distinct for most eyes, on white and on black.
_INKS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8c6d31", "#7f7f7f")
_STYLE = """
text { font: 12px system-ui, sans-serif; fill: #222 } .title { font-weight: 600; font-size: 14px }
.grid { stroke: #ccc; stroke-width: 1 } .line { fill: none; stroke-width: 2 }
@media (prefers-color-scheme: dark) { text { fill: #ddd } .grid { stroke: #444 } }
"""

# The points of a curve: how much there is, and what it takes.
Curve = Sequence[tuple[float, float]]


class Panel(NamedTuple):
    """Curves that belong together, and what their axes are."""

    title: str
    curves: Mapping[str, Curve]
    across: str
    up: str


def panel(drawn: Panel, *, at: tuple[int, int]) -> str:
    """One panel with its top left corner at ``at``; as high as ``panel_height`` says."""
    title, curves, across, up = drawn
    points = [point for curve in curves.values() for point in curve]
    wide = _Scale([x for x, _ in points], _LEFT, _WIDTH - _RIGHT)
    high = _Scale([y for _, y in points], _HEIGHT - _BOTTOM, _TOP)
    parts = [
        f'<g transform="translate({at[0]},{at[1]})"><text class="title" x="{_LEFT}" y="18">{escape(title)}</text>'
    ]
    for power in wide.powers:
        x = wide(10.0**power)
        parts.append(f'<path class="grid" d="M{x:.1f} {_TOP}V{_HEIGHT - _BOTTOM}"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">{_named(power)}</text>'
        )
    for power in high.powers:
        y = high(10.0**power)
        parts.append(f'<path class="grid" d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{_named(power)}</text>')
    parts.append(f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 6}" text-anchor="end">{escape(across)}</text>')
    parts.append(f'<text x="{_WIDTH - _RIGHT}" y="18" text-anchor="end">{escape(up)}</text>')
    for number, (name, curve) in enumerate(curves.items()):
        ink = _INKS[number % len(_INKS)]
        # Beyond the inks there are, a line is dashed.
        dash = ' stroke-dasharray="5 4"' if number >= len(_INKS) else ""
        way = "L".join(f"{wide(x):.1f} {high(y):.1f}" for x, y in curve)
        parts.append(f'<path class="line" stroke="{ink}"{dash} d="M{way}"/>')
        parts += [f'<circle cx="{wide(x):.1f}" cy="{high(y):.1f}" r="3" fill="{ink}"/>' for x, y in curve]
        y = _HEIGHT + 4 + _KEY * number
        parts.append(f'<path class="line" stroke="{ink}"{dash} d="M{_LEFT} {y}h24"/>')
        parts.append(f'<text x="{_LEFT + 30}" y="{y + 4}">{escape(name)}</text>')
    return "".join([*parts, "</g>"])


def panel_height(lines: int) -> int:
    """With its key."""
    return _HEIGHT + _KEY * lines + 12


def drawing(panels: Sequence[Panel]) -> str:
    """Panels two by two."""
    rows = [panels[start : start + 2] for start in range(0, len(panels), 2)]
    parts, top = [], 0
    for row in rows:
        parts += [panel(one, at=(number * _WIDTH, top)) for number, one in enumerate(row)]
        top += max(panel_height(len(one.curves)) for one in row)
    size = f'width="{2 * _WIDTH}" height="{top}" viewBox="0 0 {2 * _WIDTH} {top}"'
    title = escape(", ".join(f"{one.title}: {one.up} by {one.across}" for one in panels))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img"><title>{title}</title>'
    return f"{head}<style>{_STYLE}</style>{''.join(parts)}</svg>\n"


class _Scale:
    """From a value to a place, by powers of ten."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        some = [log10(max(value, 1e-3)) for value in values] or [0.0, 1.0]
        self._low = floor(min(some))
        self._high = max(ceil(max(some)), self._low + 1)
        self._start, self._end = start, end
        self.powers = range(self._low, self._high + 1)

    def __call__(self, value: float) -> float:
        share = (log10(max(value, 1e-3)) - self._low) / (self._high - self._low)
        return self._start + share * (self._end - self._start)


def _named(power: int) -> str:
    if power < 0:
        return f"{10.0**power:g}"
    return (
        f"{10**power:,}"
        if power <= 3
        else f"10{str(power).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"
    )
