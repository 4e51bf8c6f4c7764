"""Implements ``PaperOffice``: invoices of a portal, and the PDFs that its document generator makes of them."""

from collections.abc import Mapping
from typing import Any

from makeline.adapters.bitrix24.client import Client, Command
from makeline.commerce.invoices.obtain import LARGEST_PAPER
from makeline.crm.gateway import CrmAway, CrmMisconfigured, CrmRefused, CrmTrouble
from makeline.crm.paper_office import InvoiceThere, InvoiceWish

_INVOICE = 31
_SHORT = "SI"
_PIECES = 796
_DOCUMENT = "crm.documentgenerator.document"


class BitrixPapers:
    """``template`` 0: the portal's first for invoices; ``seller`` the company of ours over there, 0: what the portal takes
    by itself."""

    def __init__(self, client: Client, *, originator: str, template: int, seller: int) -> None:
        self._client = client
        self._originator = originator
        self._template = template
        self._seller = seller

    async def write_invoice(self, wish: InvoiceWish) -> InvoiceThere:
        """See ``PaperOffice``."""
        mark = f"{self._originator}:invoice:{wish.our_id}"
        chosen = {"parentId2": wish.deal, "xmlId": mark}
        listed = {"entityTypeId": _INVOICE, "filter": chosen, "order": {"id": "ASC"}, "start": -1}
        found = await self._client.call("crm.item.list", {**listed, "select": ["id", "xmlId", "opportunity"]})
        # Where the portal knows no such filter, it lets everything through.
        items = [item for item in found.get("items") or [] if item.get("xmlId") == mark]
        owner = str(items[0]["id"]) if items else "$result[i][item][id]"
        made = (
            []
            if items
            else [Command("i", "crm.item.add", {"entityTypeId": _INVOICE, **self._new(wish, mark)})]
        )
        rows = Command("r", "crm.item.productrow.set", _rows(wish, owner))
        read = Command("g", "crm.item.get", {"entityTypeId": _INVOICE, "id": owner})
        answers = await self._client.batch([*made, rows, read])
        for answer in answers:
            if isinstance(answer, CrmTrouble):
                raise answer
        item = answers[-1].get("item") if isinstance(answers[-1], dict) else None
        if not isinstance(item, dict) or "id" not in item:
            raise CrmAway("the answer names no invoice")
        return InvoiceThere(int(item["id"]), str(item.get("opportunity")))

    async def paper(self, remote_id: int) -> bytes | None:
        """See ``PaperOffice``."""
        document = await self._newest(remote_id)
        if document is None:
            wanted = {
                "templateId": await self._template_id(),
                "entityTypeId": _INVOICE,
                "entityId": remote_id,
            }
            await self._client.call(f"{_DOCUMENT}.add", wanted)
            return None
        told = await self._client.call(f"{_DOCUMENT}.get", {"id": int(document["id"])})
        told = told.get("document") if isinstance(told, dict) else None
        if not isinstance(told, dict):
            raise CrmAway("the answer holds no document")
        if _yes(told.get("isTransformationError")):
            raise CrmRefused("the portal could not make a PDF of its document")
        # The other addresses want a browser's session, or lead to something that is no PDF.
        address = told.get("pdfUrlMachine")
        return await self._client.fetch(address, largest=LARGEST_PAPER) if address else None

    async def _newest(self, remote_id: int) -> Mapping[str, Any] | None:
        chosen = {"entityTypeId": _INVOICE, "entityId": remote_id}
        found = await self._client.call(f"{_DOCUMENT}.list", {"filter": chosen, "order": {"id": "desc"}})
        rows = found.get("documents") if isinstance(found, dict) else None
        documents = list(rows.values()) if isinstance(rows, dict) else rows or []
        newest: Mapping[str, Any] | None = None
        for row in documents:
            if newest is None or int(row["id"]) > int(newest["id"]):
                newest = row
        return newest

    async def _template_id(self) -> int:
        if not self._template:
            found = await self._client.call(
                "crm.documentgenerator.template.list", {"filter": {"active": "Y"}}
            )
            rows = found.get("templates") if isinstance(found, dict) else None
            listed = list(rows.values()) if isinstance(rows, dict) else rows or []
            fitting = [int(row["id"]) for row in listed if _is_for_invoices(row)]
            if not fitting:
                raise CrmMisconfigured(
                    "the portal has no document template for invoices: CRM_INVOICE_TEMPLATE"
                )
            self._template = min(fitting)
        return self._template

    def _new(self, wish: InvoiceWish, mark: str) -> dict[str, Any]:
        fields: dict[str, Any] = {
            "title": wish.title,
            "xmlId": mark,
            "parentId2": wish.deal,
            "currencyId": wish.currency,
            "isManualOpportunity": "N",
            "begindate": wish.issued_on,
        }
        optional = {
            "contactIds": [wish.contact] if wish.contact else None,
            "companyId": wish.company,
            "mycompanyId": self._seller or None,
            "closedate": wish.pay_by or None,
        }
        return {
            "fields": {**fields, **{name: value for name, value in optional.items() if value is not None}}
        }


def _rows(wish: InvoiceWish, owner: str) -> dict[str, Any]:
    tax = {"taxRate": wish.vat_included, "taxIncluded": "Y"} if wish.vat_included else {}
    rows = [
        {
            "productName": row.title,
            "price": row.price,
            "quantity": row.quantity,
            "measureCode": _PIECES,
            **tax,
        }
        for row in wish.rows
    ]
    return {"ownerType": _SHORT, "ownerId": owner, "productRows": rows}


def _yes(value: object) -> bool:
    return value is True or str(value).upper() in ("Y", "1", "TRUE")


def _is_for_invoices(row: Mapping[str, Any]) -> bool:
    kinds = row.get("entityTypeId")
    listed = kinds.values() if isinstance(kinds, dict) else kinds if isinstance(kinds, list) else [kinds]
    # A kind may carry the number of a funnel behind it.
    return any(str(kind).partition("_")[0] == str(_INVOICE) for kind in listed)
