"""What somebody asks of a stylist, and what he is told of it, at whichever door he asks."""

from dataclasses import dataclass, field
from typing import NamedTuple

from makeline.cases.designs.spec import View
from makeline.cases.styles.ask import Quota, StyleWish, ask_for_style
from makeline.cases.styles.models import StyleJob
from makeline.cases.styles.queries import file_of
from makeline.commerce.files.models import StoredFile
from makeline.foundation.unit_of_work import Reading, UnitOfWork

# The print that a picture is made for when nobody knows the phone yet: the usual canvas of a tall one.
USUAL_NEED = (1390, 2905)


@dataclass(frozen=True, slots=True)
class Restyle:
    """A picture by its name, a style, and what goes with it; no ``model``: of any phone."""

    image: str
    template_id: str
    style_id: str
    wish: str = ""
    variant: int = 1
    view: View = field(default_factory=View)
    model: str | None = None


class Styled(NamedTuple):
    """A job with its photograph, and its picture once there is one."""

    job: StyleJob
    photo: StoredFile
    result: StoredFile | None


class Styling(NamedTuple):
    """All jobs of a holder, and how many pictures are left to him."""

    styled: list[Styled]
    left: int


def restyle(
    unit: UnitOfWork, wished: Restyle, *, holder: str, photo_id: int, need: tuple[int, int], quota: Quota
) -> Styled:
    """Ask; the same wish again is the same job. Raises what ``ask_for_style`` raises."""
    wish = StyleWish(wished.template_id, wished.style_id, wished.wish, wished.variant, wished.view, need)
    photo = file_of(unit, photo_id)
    return with_files(unit, ask_for_style(unit, wish, holder=holder, photo=photo, quota=quota))


def with_files(unit: Reading, job: StyleJob) -> Styled:
    """A job with what belongs to it."""
    result = file_of(unit, job.result_id) if job.result_id is not None else None
    return Styled(job, file_of(unit, job.photo_id), result)
