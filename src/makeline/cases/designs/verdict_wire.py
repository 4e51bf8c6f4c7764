"""Verdicts as they are told over HTTP."""

from typing import Any

from pydantic import BaseModel

from makeline.cases.designs.boxes import Box, whole
from makeline.cases.designs.compose import Commission, layout_of
from makeline.cases.designs.layout import Layout
from makeline.cases.designs.verdict import Finding, Verdict


class AreaAnswer(BaseModel):
    """A rectangle on the case: pixels of the print, and millimetres, from its top left corner as seen from behind."""

    left_px: int
    top_px: int
    width_px: int
    height_px: int
    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float


class FindingAnswer(BaseModel):
    """One thing that is wrong and where. ``figure``: dots per inch, percent hidden or outside, or millimetres, by
    ``unit``; ``picture`` is which one of the template, from 0."""

    code: str
    grade: str
    figure: float
    unit: str
    picture: int | None
    area: AreaAnswer


class VerdictAnswer(BaseModel):
    """``verdict`` is pass, warn or fail; the case, its safe zone and its camera are told beside the findings."""

    verdict: str
    design_hash: str
    findings: list[FindingAnswer]
    case: AreaAnswer
    safe_zone: AreaAnswer
    camera: AreaAnswer | None


_UNITS = {"TOO_FEW_PIXELS": "dpi", "EMPTY_EDGE": "mm"}


def verdict_told(commission: Commission, verdict: Verdict) -> dict[str, Any]:
    """The body of an answer."""
    layout = layout_of(commission)
    return {
        "verdict": verdict.grade,
        "design_hash": layout.design,
        "findings": findings_told(layout, verdict.findings),
        "case": _area(layout, whole(layout.canvas)),
        "safe_zone": _area(layout, layout.safe),
        "camera": None if layout.opening is None else _area(layout, layout.opening.box),
    }


def findings_told(layout: Layout, findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """Each finding with its place."""
    return [
        {
            "code": finding.code,
            "grade": finding.grade,
            "figure": float(finding.figure),
            "unit": _UNITS.get(finding.code, "percent"),
            "picture": finding.picture,
            "area": _area(layout, finding.box),
        }
        for finding in findings
    ]


def _area(layout: Layout, box: Box) -> dict[str, float]:
    area = box.in_mm(layout.canvas)
    return {
        "left_px": box.left,
        "top_px": box.top,
        "width_px": box.width,
        "height_px": box.height,
        "x_mm": float(area.x_mm),
        "y_mm": float(area.y_mm),
        "width_mm": float(area.width_mm),
        "height_mm": float(area.height_mm),
    }
