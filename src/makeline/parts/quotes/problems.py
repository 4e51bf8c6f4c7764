"""What speaks against making a part as it is drawn: each with its rule, how much it matters, where it is, and what helps."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from makeline.parts.geometry.facts import Hole, Note, Point
from makeline.parts.pricing.refusals import Reason, Why
from makeline.parts.pricing.tables import Service
from makeline.parts.quotes.confidence import SEVERITY_OF, Severity
from makeline.parts.quotes.measured import Measured

# A drill runs out of line and of coolant below so many diameters; below twice as many it takes a gun drill.
_DEEP = 6.0
# mm: below it tools break, and powder stays in.
_SMALLEST_DRILLED, _SMALLEST_PRINTED = 1.0, 1.5
# Core diameters of the metric threads M2 to M20, mm: a hole of this size is usually tapped.
_TAPPED = (1.6, 2.05, 2.5, 3.3, 4.2, 5.0, 6.8, 8.5, 10.2, 12.0, 14.0, 15.5, 17.5)
_AS_TAPPED = 0.03
_MOST_TOLD = 20

_RULES = {
    Note.OPEN_SURFACE: ("D1", "Close the surface in the CAD system and send the file again, best as STEP"),
    Note.SEVERAL_BODIES: ("D2", "Send each body as a file of its own, or join them"),
    Note.THIN_WALL: ("D3", "Make the wall at least 0.8 mm thick, better 1.5 mm"),
    Note.UNIT_IN_DOUBT: ("D4", "Say in which unit the file was drawn"),
    Note.TURNED_TRIANGLES: ("D5", "Nothing to do; the figures are those of the part turned right"),
}

# The rules that refuse, as the traces of prices number them.
_REFUSED_BY = {
    Why.TOO_SMALL: "F1",
    Why.NOT_ROUND: "F2",
    Why.STOCK_TOO_THICK: "F3",
    Why.STOCK_TOO_LARGE: "F3",
    Why.NO_MACHINE_FITS: "F4",
    Why.NO_MACHINE_AT_LOCATION: "F5",
    Why.COVER_NOT_POSSIBLE: "F6",
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where on the model, in the coordinates of the file: a point, and the box around what is meant if it has one."""

    point: Point
    low: Point | None = None
    high: Point | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding about a part and a service."""

    rule: str
    code: str
    severity: Severity
    message: str
    fix: str
    place: Place | None = None


def problems_of(measured: Measured, service: Service) -> Sequence[Problem]:
    """Everything that the measures of a file tell against making it so; the worst first, at most twenty of holes."""
    found = []
    for finding in measured.findings:
        rule, fix = _RULES[finding.note]
        place = None if finding.at is None else Place(finding.at)
        severity = SEVERITY_OF[finding.note]
        found.append(Problem(rule, finding.note.value.upper(), severity, finding.message, fix, place))
    of_holes = [problem for hole in measured.holes for problem in _of_hole(hole, measured.scale, service)]
    return sorted([*found, *of_holes[:_MOST_TOLD]], key=lambda one: list(Severity).index(one.severity))


def problems_from(reasons: Sequence[Reason]) -> Sequence[Problem]:
    """Why there is no price, told as findings."""
    return [
        Problem(
            _REFUSED_BY[reason.code],
            reason.code.value,
            Severity.ERROR,
            f"{reason.field}: {reason.message}",
            _way_out(reason),
        )
        for reason in reasons
    ]


def _of_hole(hole: Hole, scale: float, service: Service) -> Iterator[Problem]:
    diameter, depth, place = hole.diameter * scale, hole.depth * scale, _around(hole)
    if service in {Service.MILLING, Service.TURNING}:
        if diameter < _SMALLEST_DRILLED:
            message = f"A hole of {diameter:.2f} mm is smaller than the smallest drill that is safe, {_SMALLEST_DRILLED} mm."
            yield Problem("D7", "SMALL_HOLE", Severity.WARNING, message, "Make the hole larger", place)
        # From both sides a drill goes half as deep.
        reach = depth / 2 if hole.through else depth
        if reach > _DEEP * diameter:
            message = f"A hole of {diameter:.2f} mm is {depth:.1f} mm deep: {depth / diameter:.1f} times its diameter."
            fix = f"Keep it to {_DEEP:.0f} diameters, or make it wider where the rest may be"
            yield Problem("D6", "DEEP_HOLE", Severity.WARNING, message, fix, place)
    elif service is Service.PRINTING and diameter < _SMALLEST_PRINTED:
        message = f"A hole of {diameter:.2f} mm may close while it is printed."
        fix = f"Make it at least {_SMALLEST_PRINTED} mm, or have it drilled"
        yield Problem("D7", "SMALL_HOLE", Severity.WARNING, message, fix, place)
    elif service is Service.PAINTING and any(abs(diameter - core) <= _AS_TAPPED for core in _TAPPED):
        message = f"A hole of {diameter:.2f} mm may be a thread, which paint would fill."
        fix = "Say in the instructions whether threads are to be masked"
        yield Problem("D8", "PERHAPS_A_THREAD", Severity.INFO, message, fix, place)


def _around(hole: Hole) -> Place:
    """The box of the hole as a cylinder."""
    radius, ends = hole.diameter / 2, (hole.at, _along(hole))
    wide = [radius * math.sqrt(max(0.0, 1 - part * part)) for part in hole.axis]
    low = tuple(min(end[axis] for end in ends) - wide[axis] for axis in range(3))
    high = tuple(max(end[axis] for end in ends) + wide[axis] for axis in range(3))
    return Place(hole.at, (low[0], low[1], low[2]), (high[0], high[1], high[2]))


def _along(hole: Hole) -> Point:
    (x, y, z), (dx, dy, dz) = hole.at, hole.axis
    return x + dx * hole.depth, y + dy * hole.depth, z + dz * hole.depth


def _way_out(reason: Reason) -> str:
    if reason.limit is None:
        return "Ask for a quote: staff will look at it"
    limit = reason.plain()["limit"]
    told = ", ".join(str(one) for one in limit) if isinstance(limit, list) else str(limit)
    return f"What is possible: {told[:200]}; or ask for a quote"
