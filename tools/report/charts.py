"""The figures that people rather look at, as small drawings that are light by day and dark by night."""

import csv
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

from tools.report.record import RECORDS, Record

Series = Mapping[str, Sequence[tuple[float, float]]]
_WIDE, _HIGH, _LEFT, _TOP, _FOOT = 720, 300, 60, 34, 42
_INKS = ("#2a6fdb", "#c4512d", "#2f8f4e", "#8a4fbf", "#a07a12")
_STYLE = (
    "text{font:12px sans-serif;fill:#333}.axis{stroke:#999}.grid{stroke:#ddd}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#444}}"
)
_MOST_POINTS = 400


def charts(records: Sequence[Record], folder: Path = RECORDS) -> dict[str, tuple[str, str]]:
    """Name of the file: what it shows, and the drawing; only what there are samples for."""
    found: dict[str, tuple[str, str]] = {}
    restarts = {
        one.variant: [(100 * (place + 1) / len(times), ms) for place, ms in enumerate(sorted(times))]
        for one in records
        if one.case == "R01" and (times := one.samples.get("restart, ms"))
    }
    if restarts:
        what = "R01: after so many milliseconds a killed web server was ready again (percent of the kills)"
        found["restarts.svg"] = (what, lines(restarts, title=what))
    soak = folder / "R27.csv"
    if soak.exists():
        what = "R27: memory of each process over the minutes of the soak, MiB"
        found["memory.svg"] = (what, lines(_memory(soak), title=what))
    return found


def lines(series: Series, *, title: str) -> str:
    """One line for each series, on axes that begin at zero."""
    right = max((x for points in series.values() for x, _ in points), default=1) or 1
    most = _round_up(max((y for points in series.values() for _, y in points), default=1) or 1)
    wide, high = _WIDE - _LEFT - 16, _HIGH - _TOP - _FOOT

    def at(x: float, y: float) -> str:
        return f"{_LEFT + wide * x / right:.1f},{_TOP + high * (1 - y / most):.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE} {_HIGH}" role="img" aria-label="{escape(title)}">',
        f"<style>{_STYLE}</style>",
        f'<text x="{_LEFT}" y="16">{escape(title)}</text>',
    ]
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = _TOP + high * (1 - share)
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_LEFT + wide}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{most * share:g}</text>')
        x = _LEFT + wide * share
        parts.append(
            f'<text x="{x:.1f}" y="{_TOP + high + 16}" text-anchor="middle">{right * share:.3g}</text>'
        )
    for number, (name, points) in enumerate(sorted(series.items())):
        ink, step = _INKS[number % len(_INKS)], max(1, len(points) // _MOST_POINTS)
        drawn = " ".join(at(x, y) for x, y in points[::step])
        parts.append(f'<polyline fill="none" stroke="{ink}" stroke-width="1.6" points="{drawn}"/>')
        x = _LEFT + number * 150
        parts.append(f'<text x="{x}" y="{_HIGH - 6}" style="fill:{ink}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _memory(path: Path) -> Series:
    found: dict[str, list[tuple[float, float]]] = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["who"], []).append((float(row["second"]) / 60, float(row["memory"])))
    return found


def _round_up(most: float) -> float:
    """To one or two leading digits."""
    step = 10 ** (len(str(int(most))) - 1)
    return float(-(-most // step) * step)
