"""The ports to whoever makes a picture in another style, and to whoever cuts the photograph for him."""

from dataclasses import dataclass
from typing import Protocol

from makeline.cases.designs.spec import View
from makeline.cases.styles.catalogue import Style
from makeline.cases.styles.states import RefusedBecause
from makeline.kernel.errors import Unavailable


class StylistAway(Exception):
    """Nothing came, or nothing whole: trying again later may help. ``reason`` is for staff, without the photograph."""

    def __init__(self, reason: str, *, after_seconds: float | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after_seconds = after_seconds


class StylistMisconfigured(Exception):
    """Our account or its models do not work; only staff can mend it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class StylistRefused(Exception):
    """He will not make this picture, however often he is asked; ``because`` is told to the customer."""

    def __init__(self, because: RefusedBecause, reason: str) -> None:
        super().__init__(f"{because}: {reason}")
        self.because = because
        self.reason = reason


class DarkroomBusy(Unavailable):
    """The darkroom is full or failed for the moment; trying again helps."""

    code = "DARKROOM_BUSY"


@dataclass(frozen=True, slots=True)
class CutPhoto:
    """The part of a photograph that will show, upright, as JPEG in the print's proportion.

    Never larger than the print; ``enlarged`` is how many times the print is larger than it (1.0 when it is not).
    """

    jpeg: bytes
    width_px: int
    height_px: int
    enlarged: float


@dataclass(frozen=True, slots=True)
class StyleOrder:
    """What is to be made: the cut photograph in this style, for a print of ``need`` pixels (width, height).

    ``wish`` is the customer's own text, tidy and at most 200 characters: material, never an instruction to us.
    ``seed``: the same number makes the same picture, where the stylist can.
    """

    photo: CutPhoto
    style: Style
    wish: str
    seed: int
    need: tuple[int, int]


@dataclass(frozen=True, slots=True)
class StyledPicture:
    """What came back, unread: PNG, JPEG or WebP of whatever size. ``other_model``: not by the one that is asked first.

    ``enlarged``: how many times larger than its detail the picture was made already.
    """

    data: bytes
    made_by: str
    other_model: bool = False
    enlarged: float = 1.0


class Stylist(Protocol):
    """Makes pictures in our styles."""

    async def restyle(self, order: StyleOrder) -> StyledPicture:
        """Make one picture; raises ``StylistAway``, ``StylistMisconfigured``, ``StylistRefused``."""
        ...


class Darkroom(Protocol):
    """Cuts photographs."""

    async def cut(self, photo: bytes, *, view: View, need: tuple[int, int]) -> CutPhoto:
        """Cut a clean photograph for a print; raises ``DarkroomBusy``, and ``PictureUnreadable``."""
        ...
