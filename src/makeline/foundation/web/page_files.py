"""Style and scripts of pages: read once, sent compressed where the browser can take that, with a mark of their content."""

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.kernel.errors import NotFound

_TYPES = {".css": "text/css", ".js": "text/javascript", ".webp": "image/webp"}
_SHARED = Path(__file__).parent / "assets"


@dataclass(frozen=True)
class PageFile:
    """A file as it is sent."""

    data: bytes
    media_type: str

    @cached_property
    def packed(self) -> bytes:
        """The same, compressed: when somebody first wants it, not whenever a command starts."""
        return gzip.compress(self.data, 9, mtime=0)

    @cached_property
    def etag(self) -> str:
        """The mark of its content."""
        return f'"{sha256(self.data).hexdigest()[:24]}"'


PageFiles = Mapping[str, PageFile]


def read_page_files(folder: Path) -> PageFiles:
    """Every style and script of a folder by its name."""
    return {
        path.name: PageFile(path.read_bytes(), _TYPES[path.suffix])
        for path in sorted(folder.iterdir())
        if path.suffix in _TYPES
    }


# What the pages of every room share.
SHARED_FILES = read_page_files(_SHARED)


class PageFileDesk:
    """Answers ``GET /assets/{name}``; a name stands for one file of all rooms."""

    def __init__(self, rooms: Sequence[PageFiles]) -> None:
        self._files: dict[str, PageFile] = {}
        for files in (SHARED_FILES, *rooms):
            twice = self._files.keys() & files.keys()
            if twice:
                raise ValueError(f"two rooms have files of one name: {', '.join(sorted(twice))}")
            self._files |= files

    async def file(self, request: Request) -> Response:
        """For anybody."""
        found = self._files.get(request.path_params["name"])
        if found is None:
            raise NotFound("there is no such file")
        headers = {"Cache-Control": "public, max-age=300", "Vary": "Accept-Encoding"}
        packed = "gzip" in request.headers.get("accept-encoding", "")
        if packed:
            headers["Content-Encoding"] = "gzip"
        body = found.packed if packed else found.data
        return answer_unless_known(request, body, found.etag, headers=headers, media_type=found.media_type)


def page_file_endpoints(desk: PageFileDesk) -> tuple[Endpoint, ...]:
    """The files."""
    return (
        Endpoint(
            "GET",
            "/assets/{name}",
            desk.file,
            "Style and script of the pages",
            "Pages",
            answer_type="text/css",
            other_types=("text/javascript", "image/webp"),
            refusals=(NotFound,),
        ),
    )
