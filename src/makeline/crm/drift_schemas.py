"""What staff see of the differences between the CRM and us."""

from typing import Any

from pydantic import BaseModel

from makeline.crm.drift import DriftTally
from makeline.crm.models import Drift, Item, Line
from makeline.foundation.web.answers import utc_text


class DriftEntry(BaseModel):
    """One field of one record; ``entity_id`` is ours, and null where the CRM holds a record with our mark that nobody
    here knows. Long texts are shown from a little before they part."""

    id: int
    entity_type: str
    entity_id: int | None
    remote_id: int
    field: str
    ours: str
    theirs: str
    found_at: str


class DriftTotal(BaseModel):
    """How many records of a kind differ in a field."""

    entity_type: str
    field: str
    count: int


class DriftReport(BaseModel):
    """``checked_at``: when everything was last held against the CRM, null before the first time; ``swept_at``: when its
    changes were last looked through."""

    checked_at: str | None
    swept_at: str | None
    totals: list[DriftTotal]
    items: list[DriftEntry]


class CheckWished(BaseModel):
    """It begins within a second or two; the report's ``checked_at`` tells when it is done."""

    message: str


class RetryAnswer(BaseModel):
    """It goes out again, at once."""

    id: int
    entity_type: str
    entity_id: int
    message: str


def drift_entry(drift: Drift) -> dict[str, Any]:
    """``DriftEntry`` as JSON values."""
    return {
        "id": drift.id,
        "entity_type": drift.entity.value,
        "entity_id": drift.our_id,
        "remote_id": drift.remote_id,
        "field": drift.field,
        "ours": drift.ours,
        "theirs": drift.theirs,
        "found_at": utc_text(drift.found_at),
    }


def drift_report(line: Line | None, totals: list[DriftTally], shown: list[Drift]) -> dict[str, Any]:
    """``DriftReport`` as JSON values."""
    return {
        "checked_at": utc_text(line.checked_at) if line and line.checked_at else None,
        "swept_at": utc_text(line.swept_at) if line and line.swept_at else None,
        "totals": [
            {"entity_type": one.entity.value, "field": one.field, "count": one.count} for one in totals
        ],
        "items": [drift_entry(one) for one in shown],
    }


def retry_answer(item: Item) -> dict[str, Any]:
    """``RetryAnswer`` as JSON values."""
    told = {"id": item.id, "entity_type": item.entity.value, "entity_id": item.our_id}
    return {**told, "message": "It is sent again"}
