"""``GET /api/chinese/models/stock-status``: the catalogue with what can be sold, from memory while nothing changes."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import fleet
from makeline.cases.machines.scopes import Scope
from makeline.cases.stock.queries import stock_of
from makeline.foundation.changes import EVERYTHING, Changes
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.kernel.money import Money

# Partner, machine, and whether test machines are open: what decides which machines a caller sees.
Sees = tuple[int | None, int | None, bool]

_TOPICS = ("stock", "catalogue", "machines", EVERYTHING)


class ModelStock(BaseModel):
    """One phone model with the blanks that can be sold."""

    id: str
    name: str
    chinese_model_id: str
    brand_id: str
    brand: str
    stock: int
    price: float
    is_available: bool


class StockSummary(BaseModel):
    """Totals over all models."""

    total_models: int
    total_stock: int
    brands_available: list[str]
    last_updated: str


class StockStatus(BaseModel):
    """Both documents' answer in one."""

    success: bool
    models: list[ModelStock]
    summary: StockSummary
    total_models: int
    in_stock_models: int
    out_of_stock_models: int


class StockBoard:
    """The rendered list per kind of caller, by what he may see; rubbed out when stock or catalogue change."""

    def __init__(self, changes: Changes) -> None:
        self.kept: dict[Sees, tuple[bytes, str]] = {}
        self.version = 0
        changes.listen(self._hear)

    def keep(self, sees: Sees, answer: tuple[bytes, str], *, version: int) -> None:
        """Keep an answer unless something changed while it was made."""
        if version == self.version:
            self.kept[sees] = answer

    def _hear(self, topic: str) -> None:
        if topic in _TOPICS:
            self.version += 1
            self.kept.clear()


@dataclass(frozen=True)
class StockDesk:
    """What the stock paths need of the house."""

    database: Database
    recogniser: Recogniser
    board: StockBoard

    async def stock_status(self, request: Request) -> Response:
        """Totals are sums over the machines the caller may see; ``ETag`` saves the body."""
        caller = await self.recogniser.caller(request)
        sees = (caller.partner_id, caller.machine_id, caller.test_machines)
        answer = self.board.kept.get(sees)
        if answer is None:
            version = self.board.version
            body = await self.database.read(lambda unit: to_json(_status(unit, caller)))
            answer = (body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
            self.board.keep(sees, answer, version=version)
        body, etag = answer
        headers = {"Cache-Control": "no-cache", "Vary": "Authorization"}
        return answer_unless_known(request, body, etag, headers=headers)


def stock_endpoints(desk: StockDesk) -> tuple[Endpoint, ...]:
    """The paths about stock."""
    return (
        Endpoint(
            "GET",
            "/api/chinese/models/stock-status",
            desk.stock_status,
            "The catalogue with stock",
            "Print partner",
            None,
            StockStatus,
            scope=Scope.STOCK,
            statuses={304: "Nothing has changed since the `ETag` in `If-None-Match`"},
        ),
    )


def _status(unit: Reading, caller: Caller) -> dict[str, Any]:
    shop = catalogue(unit)
    machines = {machine.id for machine in fleet(unit).by_id.values() if caller.operates(machine)}
    blanks = stock_of(unit, machines)
    rows = []
    for model in shop.models.values():
        brand = shop.brands[model.brand_id]
        stock = sum(blanks.get(shell.id, 0) for shell in shop.shells_of.get(model.id, ()))
        rows.append(
            {
                "id": model.id,
                "name": model.name,
                "chinese_model_id": model.cn_code,
                "brand_id": brand.id,
                "brand": brand.name,
                "stock": stock if brand.available else 0,
                "price": Money(model.price_minor, model.currency).as_number(),
                "is_available": brand.available,
            }
        )
    return _summed(rows, [brand.id for brand in shop.brands.values() if brand.available], unit.now)


def _summed(rows: list[dict[str, Any]], brands: list[str], now: datetime) -> dict[str, Any]:
    in_stock = sum(1 for row in rows if row["stock"] > 0)
    return {
        "success": True,
        "models": rows,
        "summary": {
            "total_models": len(rows),
            "total_stock": sum(row["stock"] for row in rows),
            "brands_available": brands,
            "last_updated": utc_text(now),
        },
        "total_models": len(rows),
        "in_stock_models": in_stock,
        "out_of_stock_models": len(rows) - in_stock,
    }
