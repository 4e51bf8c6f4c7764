"""On the web: a picture of a design in another style; how many, its owner's account or secret decides."""

from datetime import timedelta
from typing import NamedTuple

from makeline.cases.catalog.queries import ModelNotAvailable, catalogue
from makeline.cases.designs.compose import shell_of
from makeline.cases.designs.models import Draft
from makeline.cases.designs.queries import access_draft, access_draft_for_update, lock_owner
from makeline.cases.designs.shell import canvas_of
from makeline.cases.designs.sketch import Sketch, read_sketch
from makeline.cases.designs.visitors import Visitor
from makeline.cases.styles.ask import Quota
from makeline.cases.styles.queries import access_job, jobs_of
from makeline.cases.styles.restyle import USUAL_NEED, Restyle, Styled, Styling, restyle, with_files
from makeline.commerce.files.keep import file_named
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

# Quotas of owners fill up again; there is no visit that ends.
_WITHIN = timedelta(days=30)


class DraftQuotas(NamedTuple):
    """Styled pictures in 30 days: of a guest with one secret, and of an account."""

    guest: int
    account: int

    def of(self, draft: Draft) -> Quota:
        """What the owner of a draft may have made."""
        return Quota(self.guest if draft.user_id is None else self.account, _WITHIN)


def restyle_draft(
    unit: UnitOfWork, visitor: Visitor, key: str, wished: Restyle, *, quotas: DraftQuotas
) -> Styled:
    """For its owner; the same wish again is the same job, in whichever of his designs.

    Raises ``NotFound``, ``Invalid`` for a picture that the draft does not hold, and what ``ask_for_style`` raises.
    """
    draft = access_draft_for_update(unit, visitor, key)
    lock_owner(unit, draft)
    sketch = read_sketch(draft.sketch)
    photo = file_named(unit, wished.image) if wished.image in sketch.names else None
    if photo is None or photo.ended_at is not None:
        raise Invalid(FieldProblem("image", "is no picture of this design", wished.image[:200]))
    return restyle(
        unit,
        wished,
        holder=owner_of(draft),
        photo_id=photo.id,
        need=_need(unit, sketch, wished.model),
        quota=quotas.of(draft),
    )


def styled_of_draft(unit: Reading, visitor: Visitor, key: str, job_id: int) -> Styled:
    """One wish of a draft's owner as it is now; raises ``NotFound``."""
    return with_files(unit, access_job(unit, owner_of(access_draft(unit, visitor, key)), job_id))


def styling_of_owner(unit: Reading, visitor: Visitor, key: str, *, quotas: DraftQuotas) -> Styling:
    """What the owner of a draft has asked for, first things first; what was forgotten is not told."""
    draft = access_draft(unit, visitor, key)
    holder = owner_of(draft)
    jobs = [job for job in jobs_of(unit, holder) if job.forgotten_at is None]
    return Styling([with_files(unit, job) for job in jobs], quotas.of(draft).left(unit, holder))


def owner_of(draft: Draft) -> str:
    """How the room of styles knows the owner of a draft."""
    return f"guest:{draft.holder_hash}" if draft.user_id is None else f"user:{draft.user_id}"


def _need(unit: Reading, sketch: Sketch, named: str | None) -> tuple[int, int]:
    """The print of the phone that was named, else of the one the design is for, else a usual one."""
    shop = catalogue(unit)
    model = shop.model(named or sketch.model_id) if named or sketch.model_id else None
    if named is not None and model is None:
        raise Invalid(FieldProblem("model", "is not a phone model of ours", named[:100]))
    if model is None:
        return USUAL_NEED
    fitting = shop.shells_of.get(model.id, ())
    if not fitting:
        raise ModelNotAvailable(f"there is no blank for {model.name}")
    canvas = canvas_of(shell_of(fitting[0]))
    return canvas.width_px, canvas.height_px
