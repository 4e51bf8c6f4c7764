"""What a draft holds: a design that need not be complete yet, in a form that JSON keeps."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from makeline.cases.designs.arrangements import WrongPictureCount
from makeline.cases.designs.ornaments import Sticker, TextSpot
from makeline.cases.designs.spec import DesignPicture, DesignSpec, TextPlace, View
from makeline.kernel.errors import FieldProblem, Invalid


@dataclass(frozen=True, slots=True)
class Sketch:
    """A design under way: ``spec`` holds the pictures that are there, ``names`` their stored names, ``places`` which
    picture of the template each is, counted from 0. ``model_id`` is empty until a phone is chosen.
    """

    model_id: str
    spec: DesignSpec
    names: tuple[str, ...] = ()
    places: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not len(self.names) == len(self.places) == len(self.spec.pictures):
            raise ValueError("a name and a place for each picture")
        if sorted(set(self.places)) != list(self.places):
            raise Invalid(FieldProblem("pictures", "each place takes one picture"))

    @property
    def picture_names(self) -> dict[str, str]:
        """The stored name of each picture by its SHA-256."""
        return {picture.sha256: name for picture, name in zip(self.spec.pictures, self.names, strict=True)}

    def complete(self) -> DesignSpec:
        """The design when every place up to the last has its picture; raises ``WrongPictureCount``."""
        if list(self.places) != list(range(len(self.places))):
            raise WrongPictureCount(FieldProblem("pictures", "a place before the last has no picture"))
        return self.spec

    def plain(self) -> dict[str, Any]:
        """As it is stored."""
        return {
            "model_id": self.model_id,
            "names": list(self.names),
            "places": list(self.places),
            "spec": plain_spec(self.spec),
        }


def read_sketch(plain: Mapping[str, Any]) -> Sketch:
    """A sketch as ``Sketch.plain`` wrote it."""
    return Sketch(plain["model_id"], read_spec(plain["spec"]), tuple(plain["names"]), tuple(plain["places"]))


def plain_spec(spec: DesignSpec) -> dict[str, Any]:
    """A design as JSON; figures stay exact as text."""
    plain: dict[str, Any] = _plain(asdict(spec))
    return plain


def read_spec(plain: Mapping[str, Any]) -> DesignSpec:
    """A design as ``plain_spec`` wrote it."""
    return DesignSpec(
        template_id=plain["template_id"],
        pictures=tuple(
            DesignPicture(picture["sha256"], _view(picture["view"])) for picture in plain["pictures"]
        ),
        text=plain["text"],
        font_id=plain["font_id"],
        background=plain["background"],
        text_colour=plain["text_colour"],
        text_place=TextPlace(plain["text_place"]),
        text_spot=None if plain["text_spot"] is None else TextSpot(**_measures(plain["text_spot"])),
        stickers=tuple(Sticker(one["sticker_id"], **_measures(one)) for one in plain["stickers"]),
        backdrop=plain["backdrop"],
    )


def _measures(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Place, size and turn of an ornament."""
    return {"turn": int(plain["turn"])} | {name: Decimal(plain[name]) for name in ("x", "y", "size")}


def _view(plain: Mapping[str, Any]) -> View:
    return View(
        Decimal(plain["zoom"]), Decimal(plain["shift_x"]), Decimal(plain["shift_y"]), int(plain["turn"])
    )


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    return str(value) if isinstance(value, Decimal) else value
