"""What the customer made, in one canonical form: equal designs are equal records and have equal hashes."""

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from enum import StrEnum

from makeline.cases.catalog.artwork import artwork_digest
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.ornaments import MOST_STICKERS, Sticker, TextSpot, UnreadableDesign, figure
from makeline.cases.designs.shell import Shell
from makeline.kernel.errors import FieldProblem, Invalid

LONGEST_TEXT = 160
MOST_PICTURES = 8
LARGEST_ZOOM = Decimal(4)
# Raise it whenever the same design would come out in other pixels: it is part of every design's hash.
RENDERER_VERSION = "1"

_SHA256 = re.compile(r"[0-9a-f]{64}")
_COLOUR = re.compile(r"#[0-9A-F]{6}")
_SPACES = re.compile(r"[^\S\n]+")
# Invisible signs that telephones put behind hearts and stars to choose their look.
_VARIATION_SIGNS = str.maketrans("", "", "\ufe0e\ufe0f")


class TextTooLong(Invalid):
    """The text has too many characters, or does not fit on the case even in the smallest lettering."""

    code = "TEXT_TOO_LONG"


class TextPlace(StrEnum):
    """Where the text stands within the part of the case that is free for it."""

    TOP = "top"
    MIDDLE = "middle"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class View:
    """Which part of a picture shows in its box.

    ``zoom`` 1 just covers the box, 4 at most; ``shift_x``, ``shift_y`` from -1 (show the left, the top) through 0
    (the middle) to 1; ``turn`` clockwise in quarter turns: 0, 90, 180, 270. Raises ``UnreadableDesign``.
    """

    zoom: Decimal = Decimal(1)
    shift_x: Decimal = Decimal(0)
    shift_y: Decimal = Decimal(0)
    turn: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "zoom", figure("zoom", self.zoom, lowest=Decimal(1), highest=LARGEST_ZOOM))
        for name in ("shift_x", "shift_y"):
            shift = figure(name, getattr(self, name), lowest=Decimal(-1), highest=Decimal(1))
            object.__setattr__(self, name, shift)
        if self.turn % 360 not in (0, 90, 180, 270):
            raise UnreadableDesign(FieldProblem("turn", "must be 0, 90, 180 or 270 degrees", self.turn))
        object.__setattr__(self, "turn", self.turn % 360)


@dataclass(frozen=True, slots=True)
class DesignPicture:
    """One picture of a design, named by the SHA-256 of its stored bytes (64 hex digits)."""

    sha256: str
    view: View = field(default_factory=View)

    def __post_init__(self) -> None:
        digits = self.sha256.strip().lower()
        if not _SHA256.fullmatch(digits):
            raise UnreadableDesign(FieldProblem("sha256", "must be 64 hexadecimal digits", self.sha256[:80]))
        object.__setattr__(self, "sha256", digits)


@dataclass(frozen=True, slots=True)
class DesignSpec:
    """What the customer made; normalises itself, raises ``UnreadableDesign`` or ``TextTooLong``.

    ``font_id`` and the colours (``#RRGGBB``) matter only where something is drawn with them. ``backdrop`` is a picture
    behind those of the customer, who then have a margin; ``text_spot`` puts the text anywhere, against ``text_place``.
    """

    template_id: str
    pictures: tuple[DesignPicture, ...]
    text: str = ""
    font_id: str = "inter"
    background: str = "#FFFFFF"
    text_colour: str = "#000000"
    text_place: TextPlace = TextPlace.BOTTOM
    text_spot: TextSpot | None = None
    stickers: tuple[Sticker, ...] = ()
    backdrop: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "template_id", self.template_id.strip().lower())
        object.__setattr__(self, "font_id", self.font_id.strip().lower())
        object.__setattr__(self, "text_place", TextPlace(self.text_place))
        object.__setattr__(self, "text", tidy_text(self.text))
        for name in ("background", "text_colour"):
            object.__setattr__(self, name, _colour(name, getattr(self, name)))
        object.__setattr__(self, "pictures", tuple(self.pictures))
        object.__setattr__(self, "stickers", tuple(self.stickers))
        object.__setattr__(self, "backdrop", self.backdrop.strip().lower())
        if len(self.stickers) > MOST_STICKERS:
            raise UnreadableDesign(FieldProblem("stickers", "at most 20 stickers", len(self.stickers)))
        if len(self.pictures) > MOST_PICTURES:
            raise UnreadableDesign(FieldProblem("pictures", "at most 8 pictures", len(self.pictures)))

    def canonical(self) -> bytes:
        """The design as sorted compact JSON; lettering counts only when there is text."""
        lettered = bool(self.text)
        plain: dict[str, object] = {
            "template_id": self.template_id,
            "pictures": [
                {
                    "sha256": picture.sha256,
                    "view": {
                        "zoom": picture.view.zoom,
                        "shift_x": picture.view.shift_x,
                        "shift_y": picture.view.shift_y,
                        "turn": picture.view.turn,
                    },
                }
                for picture in self.pictures
            ],
            "text": self.text,
            "font_id": self.font_id if lettered else None,
            "background": self.background,
            "text_colour": self.text_colour if lettered else None,
            "text_place": self.text_place if lettered else None,
        }
        # Named only where there are any: a design without them is the same as ever.
        if lettered and self.text_spot is not None:
            plain |= {"text_place": None, "text_spot": asdict(self.text_spot)}
        if self.stickers:
            plain["stickers"] = [asdict(sticker) for sticker in self.stickers]
        if self.backdrop:
            plain["backdrop"] = self.backdrop
        return _sorted_json(plain)

    def with_pictures(self, pictures: tuple[DesignPicture, ...]) -> "DesignSpec":
        """The same with other pictures."""
        return replace(self, pictures=pictures)

    def without_text(self) -> "DesignSpec":
        """The same with no text."""
        return replace(self, text="")

    @property
    def artwork(self) -> tuple[str, ...]:
        """The names of our own drawings in it, each once."""
        backdrop = [f"backgrounds/{self.backdrop}"] if self.backdrop else []
        return tuple(dict.fromkeys(backdrop + [f"stickers/{one.sticker_id}" for one in self.stickers]))


_ISLAND_FIGURES = tuple(entry.name for entry in fields(CameraIsland))


def design_hash(
    spec: DesignSpec,
    shell: Shell,
    *,
    island: CameraIsland | None = None,
    renderer_version: str = RENDERER_VERSION,
) -> str:
    """SHA-256 (hex) over everything the print depends on: design, shell size, island, renderer version."""
    ground: dict[str, object] = {
        "shell": [_plain(shell.width_mm), _plain(shell.height_mm)],
        "island": None if island is None else [_plain(getattr(island, name)) for name in _ISLAND_FIGURES],
        "renderer": renderer_version,
    }
    if spec.artwork:
        ground["artwork"] = [artwork_digest(name) for name in spec.artwork]
    return hashlib.sha256(spec.canonical() + b"\n" + _sorted_json(ground)).hexdigest()


def tidy_text(text: str) -> str:
    """Text as it is printed: composed letters, single spaces, no blank lines around; raises for control signs."""
    if len(text) > 4 * LONGEST_TEXT:
        raise TextTooLong(FieldProblem("text", f"at most {LONGEST_TEXT} characters", len(text)))
    composed = unicodedata.normalize("NFC", text).translate(_VARIATION_SIGNS)
    lines = composed.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    tidy = "\n".join(_SPACES.sub(" ", line).strip() for line in lines).strip("\n")
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in tidy if letter != "\n"):
        raise UnreadableDesign(FieldProblem("text", "must not hold control characters"))
    if len(tidy) > LONGEST_TEXT:
        raise TextTooLong(FieldProblem("text", f"at most {LONGEST_TEXT} characters", len(tidy)))
    return tidy


def _sorted_json(value: object) -> bytes:
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    ).encode()


def _plain(figure: object) -> str:
    # 70, 70.0 and 7E+1 are one figure.
    if not isinstance(figure, Decimal):
        raise TypeError(f"{type(figure).__name__} has no canonical form")
    return format(figure.normalize() + 0, "f")


def _colour(name: str, value: str) -> str:
    colour = value.strip().upper()
    if not _COLOUR.fullmatch(colour):
        raise UnreadableDesign(FieldProblem(name, "must be a colour like #1A2B3C", value[:80]))
    return colour
