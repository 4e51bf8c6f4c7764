"""Our own drawings on offer: stickers and backgrounds, as they come with the product."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from makeline.kernel.errors import FieldProblem, Invalid

_DATA = files("makeline.cases.catalog") / "data"
KINDS = ("stickers", "backgrounds")


class UnknownArtwork(Invalid):
    """A sticker or a background that we do not offer."""

    code = "UNKNOWN_ARTWORK"


class ArtCategory(NamedTuple):
    """Drawings that are offered together; ``pictures`` are their ids."""

    id: str
    name: str
    position: int
    pictures: Sequence[str]


@cache
def art_categories(kind: str) -> tuple[ArtCategory, ...]:
    """The categories of ``stickers`` or ``backgrounds`` in the order they are offered."""
    rows = json.loads((_DATA / f"{kind}.json").read_text("utf-8"))["rows"]
    return tuple(ArtCategory(row["id"], row["name"], row["position"], tuple(row["pictures"])) for row in rows)


def must_be_offered(kind: str, picture_id: str, *, field: str) -> None:
    """Raises ``UnknownArtwork`` for what is not among ``stickers`` or ``backgrounds``."""
    if picture_id not in _offered(kind):
        raise UnknownArtwork(FieldProblem(field, f"is not one of our {kind}", picture_id[:100]))


def artwork_drawing(name: str) -> bytes:
    """The SVG of a drawing by its whole name (``stickers/cat-1``); raises ``UnknownArtwork``."""
    return _read(name)[0]


def artwork_digest(name: str) -> str:
    """SHA-256 (hex) of that SVG: another drawing makes another design."""
    return _read(name)[1]


@cache
def _offered(kind: str) -> Mapping[str, str]:
    return {picture: category.id for category in art_categories(kind) for picture in category.pictures}


@cache
def _read(name: str) -> tuple[bytes, str]:
    kind, _, picture_id = name.partition("/")
    if kind not in KINDS:
        raise UnknownArtwork(FieldProblem("artwork", "is neither sticker nor background", name[:100]))
    must_be_offered(kind, picture_id, field=kind)
    svg = (_DATA / kind / f"{picture_id}.svg").read_bytes()
    return svg, sha256(svg).hexdigest()
