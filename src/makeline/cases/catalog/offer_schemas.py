"""What is said and answered about changes of the catalogue."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field, RootModel, StrictBool, StrictFloat, StrictInt, StrictStr

from makeline.cases.catalog.history import OfferChange
from makeline.cases.catalog.sheet import Entry
from makeline.cases.catalog.wishes import Difference, Wish, draft_name
from makeline.foundation.web.answers import utc_text


class OfferWish(BaseModel):
    """A value to be set: a price as a decimal figure, or ``yes`` and ``no``."""

    kind: str = Field(max_length=20)
    id: str = Field(max_length=100)
    field: str = Field(max_length=20)
    value: StrictStr | StrictBool | StrictInt | StrictFloat
    currency: str = Field(default="", max_length=3)


class OfferDraft(BaseModel):
    """Changes one by one, or as the CSV that the export gives; both together are taken as one."""

    changes: list[OfferWish] = Field(default_factory=list, max_length=5000)
    csv: str | None = Field(default=None, max_length=2_000_000)


class OfferOrder(OfferDraft):
    """The same to be done. ``draft`` is the name that the preview gave, if it shall be just that."""

    reason: str = Field(min_length=1, max_length=500)
    draft: str | None = Field(default=None, max_length=40)


class OfferValue(BaseModel):
    """One value that may be changed."""

    kind: str
    id: str
    name: str
    field: str
    value: str
    currency: str | None


class OfferSheet(BaseModel):
    """All of them."""

    items: list[OfferValue]


class OfferDifference(BaseModel):
    """What changes: ``row`` says where it was asked for."""

    row: str
    kind: str
    id: str
    field: str
    old: str
    new: str
    currency: str | None
    words: str


class OfferDifferences(BaseModel):
    """All that differs, under the name of these very changes."""

    draft: str
    differences: list[OfferDifference]


class OfferChangeAnswer(BaseModel):
    """A change that was made."""

    id: int
    kind: str
    item: str
    field: str
    old: str
    new: str
    currency: str | None
    reason: str
    changed_by: str
    changed_at: str


class OfferChanges(RootModel[list[OfferChangeAnswer]]):
    """The newest first."""


def wishes_in(body: OfferDraft) -> list[Wish]:
    """What stands in ``changes``; rows are counted from nought, as fields of the body are named."""
    return [
        Wish(f"changes.{position}", one.kind, one.id, one.field, _text(one.value), one.currency)
        for position, one in enumerate(body.changes)
    ]


def value_answer(entry: Entry) -> Mapping[str, Any]:
    """One row of the sheet."""
    kind, item, field = entry.place
    return {
        "kind": kind,
        "id": item,
        "name": entry.name,
        "field": field,
        "value": entry.value,
        "currency": entry.currency,
    }


def differences_answer(differences: Sequence[Difference]) -> dict[str, Any]:
    """What a draft changes."""
    rows = []
    for difference in differences:
        kind, item, field = difference.entry.place
        place = {"row": difference.row, "kind": kind, "id": item, "field": field}
        change = {"old": difference.entry.value, "new": difference.new, "currency": difference.entry.currency}
        rows.append({**place, **change, "words": difference.words})
    return {"draft": draft_name(differences), "differences": rows}


def change_answer(change: OfferChange) -> Mapping[str, Any]:
    """One row of the history."""
    return {**change._asdict(), "changed_at": utc_text(change.changed_at)}


def _text(value: str | float | bool) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
