"""Requests and answers about versions of the rate card, for staff."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, Field

from makeline.foundation.web.answers import utc_text
from makeline.parts.catalog.models import RateCardRow
from makeline.parts.pricing.compare import Difference
from makeline.parts.quotes.effect import Effect, Moved
from makeline.parts.quotes.price_schemas import PriceDifference, differences_answer

_MOST_REFUSED = 20


class RateVersion(BaseModel):
    """One published version; it is never changed."""

    card: str
    version: int
    published_at: str
    published_by: str
    note: str
    sha256: str


class RateVersions(BaseModel):
    """The newest first; the first is what parts are priced by."""

    items: list[RateVersion]


class RateVersionAnswer(RateVersion):
    """A version with its figures, and what differs from the version before."""

    content: dict[str, Any]
    differences: list[PriceDifference]


class DraftChange(BaseModel):
    """A figure by its place, such as ``tables.materials.alum_D16.prices_rub_per_kg.rod``; null takes it away."""

    place: str = Field(min_length=1, max_length=200)
    value: Any = None


class RateDraft(BaseModel):
    """A version with changes; ``materials_csv``: a table of prices that is read before the changes."""

    based_on: int = Field(ge=1)
    changes: Annotated[list[DraftChange], Field(max_length=5000)] = Field(default_factory=list)
    materials_csv: str | None = None


class RatePublication(RateDraft):
    """The same with a reason; ``draft``: what the preview answered, if just that may be published."""

    note: str = Field(min_length=1, max_length=500)
    draft: str | None = None


class MovedPrice(BaseModel):
    """A kept price as it is and as it would be, RUB for all parts; ``after`` is null where it is refused."""

    price_id: int
    service_id: str | None
    material_id: str | None
    quantity: int
    before: float
    after: float | None
    change: float
    refusal: str


class EffectAnswer(BaseModel):
    """Sums in RUB over ``count`` prices of ``of``; ``moves`` are the largest ten."""

    count: int
    of: int
    before: float
    after: float
    change: float
    dearer: int
    cheaper: int
    by_hand: int
    refused_count: int
    refused: list[MovedPrice]
    moves: list[MovedPrice]


class RatePreview(BaseModel):
    """What a draft changes, and what it would do to prices that stand. ``draft`` names just these figures."""

    based_on: int
    draft: str
    differences: list[PriceDifference]
    effect: dict[str, EffectAnswer]


def version_answer(row: RateCardRow) -> dict[str, Any]:
    """Without its figures."""
    return {
        "card": row.card,
        "version": row.version,
        "published_at": utc_text(row.published_at),
        "published_by": row.published_by,
        "note": row.note,
        "sha256": row.sha256,
    }


def preview_answer(
    based_on: int, draft: str, differences: Sequence[Difference], effects: Mapping[str, tuple[Effect, int]]
) -> Mapping[str, Any]:
    """Figures stay decimals."""
    return {
        "based_on": based_on,
        "draft": draft,
        "differences": differences_answer(differences),
        "effect": {name: _effect(effect, total) for name, (effect, total) in effects.items()},
    }


def _effect(effect: Effect, total: int) -> Mapping[str, Any]:
    return {
        "count": effect.count,
        "of": total,
        "before": effect.before,
        "after": effect.after,
        "change": effect.after - effect.before,
        "dearer": effect.dearer,
        "cheaper": effect.cheaper,
        "by_hand": effect.by_hand,
        "refused_count": len(effect.refused),
        "refused": [_moved(one) for one in effect.refused[:_MOST_REFUSED]],
        "moves": [_moved(one) for one in effect.moves],
    }


def _moved(moved: Moved) -> Mapping[str, Any]:
    asked = moved.kept.asked
    return {
        "price_id": moved.kept.id,
        "service_id": asked.get("service_id"),
        "material_id": asked.get("material_id"),
        "quantity": moved.kept.quantity,
        "before": moved.before,
        "after": moved.after,
        "change": moved.change,
        "refusal": moved.refusal,
    }
