"""``/docs`` and what hangs on it: pages, the description of each page for machines, and the files of the examples."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.foundation.web.page_files import PageFile, PageFiles, read_page_files
from makeline.foundation.web.pages import PAGE_HEADERS, language_wanted
from makeline.foundation.web.refusals import Renderer
from makeline.kernel.errors import NotFound
from makeline.main.api_docs.chapters import CALL_PAGES, DocumentedCall, description_of, documented
from makeline.main.api_docs.pages_html import WORDS, DocsPress, every_page
from makeline.main.api_docs.programs import SAMPLES

_MAIN = Path(__file__).parent.parent
DOCS_FILES: PageFiles = read_page_files(Path(__file__).parent / "assets")
_SAMPLES: Mapping[str, Path] = {
    "photo.jpg": _MAIN / "demo_photo" / "dandelion.jpg",
    "part.stl": _MAIN / "demo_parts" / "heat-sink.stl",
}
_DAY = {"Cache-Control": "public, max-age=86400"}


class DocsDesk:
    """Answers with what it has written once; ``served`` and ``describe`` are looked at when somebody
    first asks."""

    def __init__(
        self,
        served: Sequence[tuple[Endpoint, Renderer]],
        met_at_the_door: Callable[[Endpoint], Endpoint],
        describe: Callable[[], Mapping[str, Any]],
        base: str,
    ) -> None:
        self._served = served
        self._met_at_the_door = met_at_the_door
        self._describe = describe
        self._base = base
        self._written: dict[tuple[str, str], PageFile] = {}

    async def front(self, request: Request) -> Response:
        """Which pages there are, and what holds for every call."""
        return await self._page(request, "")

    async def page(self, request: Request) -> Response:
        """One page; ``partner.json`` is what OpenAPI says of its calls, ``photo.jpg`` and ``part.stl`` are files to try with."""
        name = request.path_params["page"]
        if name in SAMPLES:
            data = await asyncio.to_thread(_SAMPLES[name].read_bytes)
            return Response(data, media_type=SAMPLES[name], headers=_DAY)
        if name.removesuffix(".json") in CALL_PAGES and name.endswith(".json"):
            return await self._send(request, name, "", self._described)
        if not name or name not in every_page():
            raise NotFound("there is no such page")
        return await self._page(request, name)

    async def _page(self, request: Request, name: str) -> Response:
        language = language_wanted(request, WORDS)
        return await self._send(request, name, language, self._write)

    async def _send(
        self, request: Request, name: str, language: str, write: Callable[[str, str], PageFile]
    ) -> Response:
        found = self._written.get((name, language))
        if found is None:
            # Writing takes a tenth of a second, in which others are served.
            found = self._written[name, language] = await asyncio.to_thread(write, name, language)
        packed = "gzip" in request.headers.get("accept-encoding", "")
        headers = {**PAGE_HEADERS, "Vary": "Accept-Language, Accept-Encoding"}
        if language:
            headers["Content-Language"] = language
        if packed:
            headers["Content-Encoding"] = "gzip"
        body = found.packed if packed else found.data
        return answer_unless_known(request, body, found.etag, headers=headers, media_type=found.media_type)

    def _write(self, name: str, language: str) -> PageFile:
        return PageFile(self._press.page(name, language), "text/html; charset=utf-8")

    def _described(self, name: str, _language: str) -> PageFile:
        page = name.removesuffix(".json")
        told = description_of(page, self._calls, self._describe())
        return PageFile(json.dumps(told, ensure_ascii=False).encode(), "application/json")

    @cached_property
    def _calls(self) -> Sequence[DocumentedCall]:
        return documented(self._served, self._met_at_the_door, self._describe())

    @cached_property
    def _press(self) -> DocsPress:
        return DocsPress(self._calls, self._describe(), self._base)


def docs_endpoints(desk: DocsDesk) -> tuple[Endpoint, ...]:
    """The pages."""
    return (
        Endpoint(
            "GET", "/docs", desk.front, "The API, for people", "Pages", answer_type="text/html", query=("lang",),
        ),
        Endpoint(
            "GET", "/docs/{page}", desk.page, "One page about the API", "Pages", answer_type="text/html",
            other_types=("application/json", *SAMPLES.values()), refusals=(NotFound,), query=("lang",),
        ),
    )  # fmt: skip
