"""Bodies of the design paths. Measures are shares of the case, so that a design fits every size of it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from makeline.foundation.web.strict_body import Body

Name = Annotated[str, Field(min_length=1, max_length=200)]
Figure = Annotated[float, Field(strict=True, allow_inf_nan=False)]


class ViewBody(Body):
    """Which part of a picture shows: ``zoom`` 1 just covers its place, 4 at most; shifts from -1 (the left, the top)
    to 1; ``turn`` clockwise."""

    zoom: Annotated[Figure, Field(ge=1, le=4)] = 1.0
    shift_x: Annotated[Figure, Field(ge=-1, le=1)] = 0.0
    shift_y: Annotated[Figure, Field(ge=-1, le=1)] = 0.0
    turn: Literal[0, 90, 180, 270] = 0


class PictureBody(Body):
    """A picture of the design: the ``url`` that its upload answered, or the name of one that is in it already."""

    image: Annotated[str, Field(min_length=1, max_length=1000)]
    view: ViewBody = Field(default_factory=ViewBody)


class StickerBody(Body):
    """A sticker about (``x``, ``y``), shares of the case's width and height; ``size`` a share of its width; ``turn`` in
    whole degrees, clockwise."""

    sticker: Name
    x: Annotated[Figure, Field(ge=0, le=1)]
    y: Annotated[Figure, Field(ge=0, le=1)]
    size: Annotated[Figure, Field(ge=0.05, le=1)] = 0.2
    turn: Annotated[int, Field(strict=True, ge=-360, le=360)] = 0


class TextSpotBody(Body):
    """Where the text's middle stands, and how large it is against the usual size."""

    x: Annotated[Figure, Field(ge=0, le=1)]
    y: Annotated[Figure, Field(ge=0, le=1)]
    size: Annotated[Figure, Field(ge=0.4, le=2.5)] = 1.0
    turn: Annotated[int, Field(strict=True, ge=-360, le=360)] = 0


class DesignBody(Body):
    """A design, complete or not; a place without a picture yet is null."""

    model: Name | None = None
    template: Name
    pictures: Annotated[list[PictureBody | None], Field(max_length=8)] = Field(default_factory=list)
    text: Annotated[str, Field(max_length=1000)] | None = None
    font: Annotated[str, Field(max_length=100)] | None = None
    background: Annotated[str, Field(max_length=40)] | None = None
    text_colour: Annotated[str, Field(max_length=40)] | None = None
    text_place: Literal["top", "middle", "bottom"] = "bottom"
    text_spot: TextSpotBody | None = None
    stickers: Annotated[list[StickerBody], Field(max_length=20)] = Field(default_factory=list)
    backdrop: Name | None = None


class ApproveBody(Body):
    """Which version the customer saw when he approved; ``shell_id`` where he chose the very blank."""

    version: Annotated[int, Field(ge=1, lt=2**53)]
    shell_id: Name | None = None


class DesignPictureAnswer(BaseModel):
    """A picture of the design with a fresh link to it."""

    image: str
    url: str
    view: dict[str, Any]


class TextSpotAnswer(BaseModel):
    """Where the text stands."""

    x: float
    y: float
    size: float
    turn: int


class StickerAnswer(TextSpotAnswer):
    """One sticker."""

    sticker: str


class ApprovalAnswer(BaseModel):
    """What was approved last: the hash that proof and print file carry, and a link to the proof."""

    revision: int
    design_hash: str
    proof_url: str
    approved_at: str


class DesignAnswer(BaseModel):
    """A design as it stands. ``version`` is its ``ETag``; ``state`` is editing or approved."""

    design_id: str
    state: str
    version: int
    revision: int
    model: str | None
    template: str
    pictures: list[DesignPictureAnswer | None]
    text: str
    font: str
    background: str
    text_colour: str
    text_place: str
    text_spot: TextSpotAnswer | None
    stickers: list[StickerAnswer]
    backdrop: str | None
    created_at: str
    saved_at: str
    approved: ApprovalAnswer | None


class BegunDesignAnswer(DesignAnswer):
    """A new design; ``design_token`` opens it again and is told this once, null for who has a credential already."""

    design_token: str | None


class DesignsAnswer(BaseModel):
    """The caller's designs, the newest first."""

    designs: list[DesignAnswer]


class PictureTaken(BaseModel):
    """Answer to an upload; ``url`` goes into a design."""

    success: bool
    image: str
    url: str
    width: int
    height: int
    sha256: str
