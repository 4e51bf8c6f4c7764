"""Styled pictures as they are asked for and told."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from makeline.cases.designs.spec import View
from makeline.cases.styles.catalogue import Style
from makeline.cases.styles.restyle import Restyle, Styled
from makeline.cases.styles.states import ENDED, DegradedBecause, RefusedBecause, StyleState, StyleStep
from makeline.commerce.files.links import Audience, Links
from makeline.commerce.files.models import StoredFile
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import utc_text, utc_text_or_none


class StyleView(BaseModel):
    """Which part of the photograph shows, as in a design: ``zoom`` 1 to 4, shifts -1 to 1, ``turn`` in quarters."""

    model_config = ConfigDict(strict=True)

    zoom: Annotated[float, Field(ge=1, le=4)] = 1.0
    shift_x: Annotated[float, Field(ge=-1, le=1)] = 0.0
    shift_y: Annotated[float, Field(ge=-1, le=1)] = 0.0
    turn: Annotated[int, Field(ge=-270, le=270)] = 0


class StyleAsked(BaseModel):
    """``image`` is the name of a picture of the session; ``model`` the phone it is for; ``variant`` another try."""

    model_config = ConfigDict(strict=True)

    image: Annotated[str, Field(min_length=1, max_length=200)]
    template: Annotated[str, Field(min_length=1, max_length=60)]
    style: Annotated[str, Field(min_length=1, max_length=60)]
    wish: Annotated[str, Field(max_length=800)] = ""
    variant: Annotated[int, Field(ge=1, le=9)] = 1
    view: StyleView = StyleView()
    model: Annotated[str, Field(min_length=1, max_length=100)] | None = None


class StyledPictureAnswer(BaseModel):
    """One wish. ``progress`` in percent; ``degraded`` says in what the picture is not what was meant;
    ``enlarged_percent``: how much larger than its pixels it will be printed (100: as they are). ``refusal``: why there is none."""

    id: int
    template: str
    style: str
    wish: str
    variant: int
    image: str
    state: StyleState
    step: StyleStep | None
    progress: int
    degraded: list[DegradedBecause]
    enlarged_percent: int | None
    refusal: RefusedBecause | None
    made_by: str | None
    url: str | None
    width: int | None
    height: int | None
    asked_at: str
    finished_at: str | None
    over: bool


class StyledPictures(BaseModel):
    """All wishes of a session; ``left``: how many pictures it may still have made."""

    styled: list[StyledPictureAnswer]
    left: int


class TakenPicture(BaseModel):
    """As after an upload: ``image`` or ``url`` goes into the design."""

    success: bool
    image: str
    url: str
    width: int
    height: int
    sha256: str


class StyleOnOffer(BaseModel):
    """A style of a template."""

    template: str
    style: str
    name: str
    position: int
    free_text_allowed: bool


class StylesOnOffer(BaseModel):
    """Every style that may be asked for, by template."""

    styles: list[StyleOnOffer]


def restyle_of(body: StyleAsked) -> Restyle:
    """The wish of a body."""
    view = body.view
    figures = (Decimal(str(figure)) for figure in (view.zoom, view.shift_x, view.shift_y))
    return Restyle(
        body.image,
        body.template,
        body.style,
        body.wish,
        body.variant,
        View(*figures, turn=view.turn),
        body.model,
    )


def styled_words(styled: Styled, links: Links, unit: Reading) -> dict[str, Any]:
    """One wish as it is told."""
    job, result = styled.job, styled.result
    over = job.state in ENDED
    return {
        "id": job.id,
        "template": job.template_id,
        "style": job.style_id,
        "wish": job.wish,
        "variant": job.variant,
        "image": styled.photo.name,
        "state": job.state,
        "step": job.step,
        "progress": 100 if over else job.step.percent if job.step else 0,
        "degraded": job.degraded,
        "enlarged_percent": job.enlarged_percent,
        "refusal": job.refusal,
        "made_by": job.made_by,
        "url": links.link(result.name, Audience.CUSTOMER, unit.now).url if result else None,
        "width": result.width_px if result else None,
        "height": result.height_px if result else None,
        "asked_at": utc_text(job.asked_at),
        "finished_at": utc_text_or_none(job.finished_at),
        "over": over,
    }


def taken_words(file: StoredFile, links: Links, unit: Reading) -> dict[str, Any]:
    """A picture of the session as it is told after an upload."""
    return {
        "success": True,
        "image": file.name,
        "url": links.link(file.name, Audience.CUSTOMER, unit.now).url,
        "width": file.width_px,
        "height": file.height_px,
        "sha256": file.sha256,
    }


def offer_words(style: Style) -> dict[str, Any]:
    """A style as it is shown."""
    return {
        "template": style.template_id,
        "style": style.style_id,
        "name": style.name,
        "position": style.position,
        "free_text_allowed": style.free_text_allowed,
    }
