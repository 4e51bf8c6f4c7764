"""The fonts that text on cases is drawn with, for pages that show it before it is printed."""

import asyncio
import gzip
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.designs.typefaces import shipped_typefaces
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.kernel.errors import NotFound

_FONTS = files("makeline.adapters.drawing") / "fonts"
_TYPES = {".ttf": "font/ttf", ".otf": "font/otf"}
# A font of the same name changes with a release, and then its measures do, too.
_LONG = "public, max-age=604800"


class FontFile(NamedTuple):
    """A font as it is sent: compressed, because letters compress to half."""

    packed: bytes
    media_type: str
    etag: str


@cache
def _families() -> dict[str, str]:
    """Every family that a typeface is drawn with, by the name it has in an address."""
    names = {family for typeface in shipped_typefaces().values() for family in typeface.families}
    return {"-".join(name.casefold().split()): name for name in names}


@cache
def _font_file(family: str) -> FontFile:
    stem = family.replace(" ", "")
    for suffix, media_type in _TYPES.items():
        found = _FONTS / f"{stem}{suffix}"
        if found.is_file():
            data = found.read_bytes()
            packed = gzip.compress(data, 6, mtime=0)
            return FontFile(packed, media_type, f'"{sha256(data).hexdigest()[:24]}"')
    raise LookupError(family)


async def show_font(request: Request) -> Response:
    """``GET /v1/fonts/{family}``: the family's name in lower case with hyphens."""
    family = _families().get(request.path_params["family"])
    if family is None:
        raise NotFound("there is no such font")
    font = await asyncio.to_thread(_font_file, family)
    headers = {"Cache-Control": _LONG, "Vary": "Accept-Encoding"}
    body = font.packed
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return answer_unless_known(request, body, font.etag, headers=headers, media_type=font.media_type)


def font_endpoints() -> tuple[Endpoint, ...]:
    """What anybody may have."""
    return (
        Endpoint(
            "GET",
            "/v1/fonts/{family}",
            show_font,
            "A font that text on cases is drawn with",
            "Designs",
            answer_type="font/ttf",
            other_types=("font/otf",),
            statuses={304: "Nothing has changed since the `ETag` in `If-None-Match`"},
            refusals=(NotFound,),
        ),
    )
