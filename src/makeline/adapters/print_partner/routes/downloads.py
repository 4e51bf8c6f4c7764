"""Pictures of orders for whoever prints them: links to one order's, an archive of many orders'."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from makeline.adapters.print_partner.routes.archive import ArchiveForm, OpenArchive
from makeline.adapters.print_partner.version import Version, stated_version, version_for
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.scopes import Scope
from makeline.cases.production.ordered import OrderedPrint, ordered_print
from makeline.commerce.files.links import Audience, Links
from makeline.commerce.files.storage import Storage
from makeline.commerce.files.whole import whole_bytes
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import json_answer, utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import FieldProblem, Invalid, NotFound

MOST_ORDERS = 100
_LONGEST_ID = 200


class DownloadLinks(BaseModel):
    """Both documents' answer in one: an object of links, or the list of ``images`` for readers of 2.1."""

    success: bool
    order_id: str
    uk_hosting: bool
    download_links: dict[str, str] | list[dict[str, str]]
    images: list[dict[str, str]]
    expiry: str


class BatchDownloads(BaseModel):
    """Links of many orders; an unknown one is an entry that says so."""

    success: bool
    batch_downloads: list[dict[str, Any]]
    successful_orders: int
    failed_orders: int


@dataclass(frozen=True)
class DownloadDesk:
    """What these paths need of the house."""

    database: Database
    recogniser: Recogniser
    links: Links
    storage: Storage

    async def order_links(self, request: Request) -> Response:
        """Links are made at each call, so asking again renews those that have expired."""
        caller = await self.recogniser.caller(request)
        called = request.path_params["order_id"]

        def ask(unit: Reading) -> dict[str, Any]:
            images = self._images(unit, ordered_print(unit, caller, called))
            as_list = version_for(unit, request, caller) is Version.V2_1
            return {
                "success": True,
                "order_id": called,
                "uk_hosting": True,
                "download_links": images if as_list else _by_use(images),
                "images": images,
                "expiry": images[0]["expires_at"],
            }

        return json_answer(await self.database.read(ask))

    async def batch(self, request: Request) -> Response:
        """JSON with links where 2.1 is stated or ids are joined by commas, else an archive of the pictures."""
        caller = await self.recogniser.caller(request)
        called, joined = _ids(request.query_params.getlist("order_ids"))
        wanted = request.query_params.get("format")
        if stated_version(request) is Version.V2_1 or (joined and not wanted):
            return json_answer(await self.database.read(lambda unit: self._listed(unit, caller, called)))
        form = _form(wanted)
        found = await self.database.read(lambda unit: _all_of(unit, caller, called))
        return StreamingResponse(
            self._packed(found, form),
            media_type=form.media_type,
            headers={
                "Content-Disposition": f'attachment; filename="orders.{form.value}"',
                "Cache-Control": "no-store",
            },
        )

    def _images(self, unit: Reading, ordered: OrderedPrint) -> list[dict[str, str]]:
        images = []
        for name, kind in ((ordered.print_name, "generated"), (ordered.proof_name, "preview")):
            link = self.links.link(name, Audience.MANUFACTURER, unit.now)
            images.append(
                {
                    "image_id": name.partition(".")[0],
                    "download_url": link.url,
                    "expires_at": utc_text(link.expires_at),
                    "image_type": kind,
                }
            )
        return images

    def _listed(self, unit: Reading, caller: Caller, called: list[str]) -> dict[str, Any]:
        rows = []
        for number in called:
            try:
                images = self._images(unit, ordered_print(unit, caller, number))
            except NotFound as refused:
                row = {"success": False, "download_links": [], "image_count": 0, "error": refused.message}
            else:
                row = {"success": True, "download_links": images, "image_count": len(images)}
            rows.append({"order_id": number, **row})
        good = sum(1 for row in rows if row["success"])
        return {
            "success": True,
            "batch_downloads": rows,
            "successful_orders": good,
            "failed_orders": len(rows) - good,
        }

    async def _packed(self, found: list[tuple[str, OrderedPrint]], form: ArchiveForm) -> AsyncIterator[bytes]:
        """One picture in memory at a time, however many there are."""
        archive = OpenArchive(form, self.database.clock())
        for called, ordered in found:
            for name, digest, use in (
                (ordered.print_name, ordered.print_sha256, "print"),
                (ordered.proof_name, ordered.proof_sha256, "preview"),
            ):
                # The archive is begun: where bytes are gone or are others, cutting it off is the only no that is left.
                data = await whole_bytes(self.storage, name, digest)
                suffix = name.rpartition(".")[2]
                yield archive.add(f"{_safe(called)}/{use}.{suffix}", data)
        yield archive.end()


def download_endpoints(desk: DownloadDesk) -> tuple[Endpoint, ...]:
    """The paths about pictures of orders."""
    return (
        Endpoint(
            "GET",
            "/api/chinese/order/{order_id}/download-links",
            desk.order_links,
            "Links to the pictures of an order",
            "Print partner",
            None,
            DownloadLinks,
            refusals=(NotFound,),
            scope=Scope.IMAGES,
        ),
        Endpoint(
            "GET",
            "/api/chinese/images/batch-download",
            desk.batch,
            "Pictures of up to 100 orders, as an archive or as links",
            "Print partner",
            None,
            BatchDownloads,
            other_types=[form.media_type for form in ArchiveForm],
            refusals=(NotFound, Invalid),
            query=("order_ids", "format"),
            scope=Scope.IMAGES,
        ),
    )


def _by_use(images: list[dict[str, str]]) -> dict[str, str]:
    printed, preview = (image["download_url"] for image in images)
    # Our design file is the print file: the full picture that the machine prints.
    return {"design_file": printed, "print_file": printed, "preview": preview}


def _ids(given: list[str]) -> tuple[list[str], bool]:
    """The ids asked for, each once; and whether they were joined by commas."""
    called = list(dict.fromkeys(part.strip() for entry in given for part in entry.split(",") if part.strip()))
    if not called:
        raise Invalid(FieldProblem("order_ids", "is required"))
    if len(called) > MOST_ORDERS:
        raise Invalid(FieldProblem("order_ids", f"holds more than {MOST_ORDERS}", len(called)))
    strange = [number for number in called if len(number) > _LONGEST_ID or "\0" in number]
    if strange:
        raise Invalid(FieldProblem("order_ids", "holds a text that is no order id", strange[0][:100]))
    return called, any("," in entry for entry in given)


def _form(wanted: str | None) -> ArchiveForm:
    try:
        return ArchiveForm((wanted or ArchiveForm.ZIP).strip().lower())
    except ValueError:
        raise Invalid(FieldProblem("format", "is zip or tar", (wanted or "")[:100])) from None


def _all_of(unit: Reading, caller: Caller, called: list[str]) -> list[tuple[str, OrderedPrint]]:
    found, unknown = [], []
    for number in called:
        try:
            found.append((number, ordered_print(unit, caller, number)))
        except NotFound:
            unknown.append(number)
    if unknown:
        raise NotFound(f"there is no order {', '.join(unknown)}", unknown_orders=unknown)
    return found


def _safe(called: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in called)
