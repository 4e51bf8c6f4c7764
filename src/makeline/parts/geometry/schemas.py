"""The documented requests and answers of CAD files."""

from typing import Any

from pydantic import BaseModel, Field, RootModel

from makeline.foundation.web.answers import utc_text
from makeline.parts.geometry.facts_json import load_facts
from makeline.parts.geometry.models import PartFile, Unit
from makeline.parts.geometry.reader import Stage
from makeline.parts.geometry.states import PartFileState
from makeline.parts.geometry.units import in_millimetres


class FileUpload(BaseModel):
    """A file in base64."""

    file_name: str = Field(min_length=1, max_length=500)
    file_data: str
    description: str | None = None


class FileChange(BaseModel):
    """What its owner may correct."""

    unit: Unit | None = None
    description: str | None = Field(None, max_length=2000)


class Geometry(BaseModel):
    """mm, mm², mm³. ``volume_mm3`` is null while the surface is open; ``oriented_box_mm`` largest first."""

    volume_mm3: float | None
    area_mm2: float
    box_mm: list[float]
    oriented_box_mm: list[float]
    triangles: int
    bodies: int
    watertight: bool
    unit: str
    basis: str
    leaks: list[list[float]]
    holes: list[dict[str, Any]]
    findings: list[dict[str, Any]]


class Progress(BaseModel):
    """``stage``: waiting, reading, measuring or picturing; ``fraction``: which share of its steps is done."""

    stage: str
    fraction: float


class FileAnswer(BaseModel):
    """A file; ``geometry`` null until it is measured, ``progress`` until then, ``reason`` of a failed one."""

    id: int
    filename: str
    original_filename: str
    file_size: int
    file_type: str
    uploaded_at: str
    description: str
    preview_generated: bool
    preview_url: str
    is_demo: bool
    state: str
    progress: Progress | None
    reason: str | None
    geometry: Geometry | None
    sha256: str


class Files(RootModel[list[FileAnswer]]):
    """The newest first."""


class GuestFileAnswer(FileAnswer):
    """A guest's file and what opens it."""

    file_token: str
    expires_at: str


def file_answer(file: PartFile) -> dict[str, Any]:
    """A file as it is told."""
    return {
        "id": file.id,
        "filename": file.stored_as,
        "original_filename": file.original_name,
        "file_size": file.size_bytes,
        "file_type": file.type.value,
        "uploaded_at": utc_text(file.uploaded_at),
        "description": file.description,
        "preview_generated": bool(file.pictures),
        "preview_url": f"/files/{file.id}/preview",
        "is_demo": file.is_demo,
        "state": file.state.value,
        "progress": _progress(file),
        "reason": file.fault_message,
        "geometry": geometry_answer(file),
        "sha256": file.sha256,
    }


def _progress(file: PartFile) -> dict[str, Any] | None:
    if file.state is not PartFileState.MEASURING:
        return None
    return {"stage": file.stage or Stage.WAITING, "fraction": (file.stage_percent or 0) / 100}


def geometry_answer(file: PartFile) -> dict[str, Any] | None:
    """What was measured, in millimetres whatever the file's unit is; None until it was."""
    if file.state is not PartFileState.READY:
        return None
    facts = load_facts(file.facts)
    sizes = in_millimetres(facts, file.unit)
    return {
        "volume_mm3": sizes.volume,
        "area_mm2": sizes.area,
        "box_mm": sizes.box,
        "oriented_box_mm": sizes.oriented_box,
        "triangles": facts.surface.triangles,
        "bodies": facts.bodies,
        "watertight": facts.surface.watertight,
        "unit": file.unit.value,
        "basis": facts.basis.value,
        "leaks": facts.surface.leaks,
        "holes": facts.holes,
        "findings": facts.findings,
    }
