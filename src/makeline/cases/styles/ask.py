"""Ask for a photograph in another style."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from makeline.cases.designs.spec import View
from makeline.cases.styles.catalogue import style_called
from makeline.cases.styles.events import StyleWished
from makeline.cases.styles.models import StyleJob, style_jobs
from makeline.cases.styles.offered import must_offer_styles
from makeline.cases.styles.queries import same_wish, spent_by, style_topic
from makeline.cases.styles.states import STYLE_STATES, StyleState
from makeline.cases.styles.wish import tidy_wish
from makeline.commerce.files.models import StoredFile
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, Refusal

# A photograph with a third of the print's pixels in each direction gives no picture worth printing.
_LARGEST_GAP = 3.0
_EVER = datetime(1970, 1, 1, tzinfo=UTC)


class StyleQuotaSpent(Refusal):
    """All pictures that this customer may have made are made; refused ones were not counted."""

    code = "STYLE_QUOTA_SPENT"
    kind = Kind.LIMITED


class PhotoTooSmall(Invalid):
    """The photograph has far too few pixels for this phone."""

    code = "PHOTO_TOO_SMALL"


@dataclass(frozen=True, slots=True)
class StyleWish:
    """What is asked for; ``need`` is the print's width and height in pixels, ``variant`` 1 to 9."""

    template_id: str
    style_id: str
    wish: str
    variant: int
    view: View
    need: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Quota:
    """``most`` pictures in so long; without ``within`` in all."""

    most: int
    within: timedelta | None = None

    def left(self, unit: Reading, holder: str) -> int:
        """How many pictures may still be made."""
        since = _EVER if self.within is None else unit.now - self.within
        return max(0, self.most - spent_by(unit, holder, since=since))


def ask_for_style(
    unit: UnitOfWork, wished: StyleWish, *, holder: str, photo: StoredFile, quota: Quota
) -> StyleJob:
    """The job of this wish: the one there is, or a new one. The caller holds a lock on the holder.

    Raises ``UnknownStyle``, ``UnusableWish``, ``PhotoTooSmall``, ``StyleQuotaSpent`` above the ``quota``, ``StylesAway``.
    """
    style = style_called(wished.template_id, wished.style_id)
    text = tidy_wish(style, wished.wish)
    if not 1 <= wished.variant <= 9:
        raise Invalid(FieldProblem("variant", "must be from 1 to 9", wished.variant))
    view = {name: str(getattr(wished.view, name)) for name in ("zoom", "shift_x", "shift_y", "turn")}
    facts = [style.template_id, style.style_id, text, wished.variant, view, photo.sha256, list(wished.need)]
    wish_hash = sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
    found = same_wish(unit, holder, wish_hash)
    if found is not None:
        return found
    must_offer_styles(unit)
    _must_be_large_enough(photo, wished)
    if not quota.left(unit, holder):
        raise StyleQuotaSpent(f"at most {quota.most} styled pictures", most=quota.most)
    job = StyleJob(
        id=unit.new_id(style_jobs),
        holder=holder,
        template_id=style.template_id,
        style_id=style.style_id,
        wish=text,
        variant=wished.variant,
        view=view,
        photo_id=photo.id,
        need_width_px=wished.need[0],
        need_height_px=wished.need[1],
        wish_hash=wish_hash,
        state=StyleState.QUEUED,
        step=None,
        attempts=0,
        made_by=None,
        degraded=[],
        enlarged_percent=None,
        refusal=None,
        result_id=None,
        asked_at=unit.now,
        started_at=None,
        finished_at=None,
    )
    unit.add(style_jobs, **job._asdict())
    unit.move(STYLE_STATES, job.id, None, StyleState.QUEUED, cause="asked for")
    unit.emit(StyleWished(job_id=job.id))
    unit.touch(style_topic(job.id))
    return job


def _must_be_large_enough(photo: StoredFile, wished: StyleWish) -> None:
    width, height = photo.width_px or 0, photo.height_px or 0
    if wished.view.turn in (90, 270):
        width, height = height, width
    # Without a division: a file of unknown size is of none.
    zoom = float(wished.view.zoom)
    enough = _LARGEST_GAP * width >= wished.need[0] * zoom and _LARGEST_GAP * height >= wished.need[1] * zoom
    if not enough:
        least = [round(side / _LARGEST_GAP) for side in wished.need]
        raise PhotoTooSmall(
            FieldProblem("image", f"must have at least {least[0]} × {least[1]} pixels for this phone")
        )
