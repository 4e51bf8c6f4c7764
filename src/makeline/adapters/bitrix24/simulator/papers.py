"""The portal's document generator: documents of invoices, whose PDF appears later or never."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from makeline.adapters.bitrix24.simulator.filters import number_in
from makeline.adapters.bitrix24.simulator.paper_sheet import sheet
from makeline.adapters.bitrix24.simulator.refused import Refused
from makeline.adapters.bitrix24.simulator.settings import Switches
from makeline.adapters.bitrix24.simulator.shelf import INVOICE, Shelf

TEMPLATE = 7
_PATH = "/bitrix/services/main/ajax.php"
_LOGIN = "<html><body><h1>Sign in</h1></body></html>"
_LARGE = 21 * 1024 * 1024


class Papers:
    """``switches`` tell how it behaves now; ``origin`` is the portal's own root, once it listens."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.switches: Callable[[], Switches] = Switches
        self.origin = ""
        self.table: Mapping[str, Callable[[dict[str, Any]], Any]] = {
            "crm.documentgenerator.template.list": lambda _: {
                "templates": {
                    str(TEMPLATE): {"id": str(TEMPLATE), "name": "Invoice", "entityTypeId": [str(INVOICE)]}
                }
            },
            "crm.documentgenerator.document.add": self._add,
            "crm.documentgenerator.document.get": self._get,
            "crm.documentgenerator.document.list": self._list,
        }

    async def file(self, request: Request) -> Response:
        """What an address of a document leads to. Only that for machines, with its token, leads to the PDF."""
        trap = self.switches().paper_trap
        row = self._shelf.documents.get(number_in(request.query_params.get("id")))
        given = request.query_params.get("token", "")
        if row is None or not secrets.compare_digest(given.encode(), row["token"].encode()):
            return HTMLResponse(_LOGIN, 403)
        if trap == "redirect":
            return RedirectResponse(f"{self.origin}/ledger", 302)
        content = {"html": _LOGIN.encode(), "docx": b"PK\x03\x04word", "large": b"%PDF-" + bytes(_LARGE)}.get(
            trap
        )
        return Response(content or self._sheet(row), media_type="application/pdf")

    def _add(self, params: dict[str, Any]) -> Any:
        kind, owner = number_in(params.get("entityTypeId")), number_in(params.get("entityId"))
        if number_in(params.get("templateId")) != TEMPLATE:
            raise Refused("NOT_FOUND", "The template was not found")
        if owner not in self._shelf.items.get(kind, {}):
            raise Refused("NOT_FOUND", "The owner was not found")
        if self.switches().documents_used_up:
            raise Refused("DOCGEN_LIMIT_ERROR", "The number of documents of this plan is used up")
        number = self._shelf.new_id()
        self._shelf.documents[number] = {
            "id": str(number), "number": str(number), "title": f"Invoice {number}", "templateId": str(TEMPLATE),
            "entityTypeId": str(kind), "entityId": str(owner), "made": self._shelf.clock(),
            "token": secrets.token_hex(16),
        }  # fmt: skip
        self._shelf.note("add", "DOCUMENT", number)
        return {"document": self._told(number)}

    def _get(self, params: dict[str, Any]) -> Any:
        number = number_in(params.get("id"))
        if number not in self._shelf.documents:
            raise Refused("NOT_FOUND", "The document was not found")
        return {"document": self._told(number)}

    def _list(self, params: dict[str, Any]) -> Any:
        chosen = params.get("filter") or {}
        wanted = (str(chosen.get("entityTypeId")), str(chosen.get("entityId")))
        fitting = [
            number
            for number, row in self._shelf.documents.items()
            if (row["entityTypeId"], row["entityId"]) == wanted
        ]
        return {"documents": {str(place): self._told(number) for place, number in enumerate(fitting)} or []}

    def _told(self, number: int) -> dict[str, Any]:
        row, switches = self._shelf.documents[number], self.switches()
        there = self._shelf.clock() - row["made"] >= switches.paper_seconds and not switches.paper_fails
        address = f"{self.origin}{_PATH}?action=crm.documentgenerator.document.getpdf&id={number}"
        machine = f"{address}&token={row['token']}"
        if switches.paper_trap == "elsewhere":
            machine = machine.replace("127.0.0.1", "localhost")
        shown = {name: value for name, value in row.items() if name not in ("token", "made")}
        return {
            **shown,
            "downloadUrl": address,
            "downloadUrlMachine": f"{machine}&as=docx",
            "publicUrl": None,
            # Until it is made, the addresses of the PDF are empty or missing.
            **({"pdfUrl": address, "pdfUrlMachine": machine} if there else {"pdfUrl": ""}),
            "isTransformationError": switches.paper_fails,
        }

    def _sheet(self, row: dict[str, Any]) -> bytes:
        owner = int(row["entityId"])
        item = self._shelf.items[int(row["entityTypeId"])].get(owner, {})
        lines = [
            f"{entry.get('productName')}   {entry.get('quantity')} x {entry.get('price')}"
            for entry in self._shelf.rows.get(str(owner), [])
        ]
        total = f"Total: {item.get('opportunity')} {item.get('currencyId')}"
        return sheet(f"Invoice {row['number']}", [str(item.get("title")), "", *lines, "", total])
