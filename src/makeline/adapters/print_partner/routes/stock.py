"""``GET /api/chinese/models/stock-status``: the catalogue with what can be sold, from memory while nothing changes."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import BaseModel
from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from makeline.cases.catalog.queries import catalogue
from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.queries import fleet
from makeline.cases.machines.scopes import Scope
from makeline.cases.stock.queries import FEW
from makeline.cases.stock.reserve import machine_of_shelf
from makeline.cases.stock.shelves import Shelves
from makeline.cases.stock.sizes import SIZES_TOPIC
from makeline.foundation.changes import EVERYTHING
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.answers import utc_text
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.etag import answer_unless_known
from makeline.kernel.money import Money

# Partner, machine, and whether test machines are open: what decides which machines a caller sees.
Sees = tuple[int | None, int | None, bool]

_TOPICS = ("catalogue", "machines", SIZES_TOPIC, EVERYTHING)
# Answers for so many kinds of callers: all partners, and the machines that ask for themselves just now.
_MOST_KEPT = 500


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


class _Kept(NamedTuple):
    """An answer with its ``ETag``; of which machines it tells, and what was known of them when it was made."""

    body: bytes
    etag: str
    machine_ids: frozenset[int]
    stamp: tuple[int, ...]


class StockBoard:
    """The rendered list per kind of caller, by what he may see; made anew when what it tells of has changed."""

    def __init__(self, database: Database, shelves: Shelves) -> None:
        self._database = database
        self._shelves = shelves
        self._kept: dict[Sees, _Kept] = {}
        # How often catalogue or machines have changed, any shelf, and each.
        self._wiped = 0
        self._moved = 0
        self._moved_at: dict[int, int] = {}
        database.changes.listen(self._hear)

    async def answer(self, caller: Caller) -> tuple[bytes, str]:
        """Body and ``ETag``; nothing is asked while nothing has changed."""
        sees = (caller.partner_id, caller.machine_id, caller.test_machines)
        kept = self._kept.get(sees)
        if kept is None or kept.stamp != self._stamp(kept.machine_ids):
            kept = await self._made(sees, caller)
        return kept.body, kept.etag

    async def _made(self, sees: Sees, caller: Caller) -> _Kept:
        kept, wiped = self._kept.pop(sees, None), self._wiped
        if kept is not None and kept.stamp[0] == wiped:
            machine_ids = kept.machine_ids
        else:
            machine_ids = await self._database.read(lambda unit: _operated(unit, caller))
        # What changes while it is made makes it old at once.
        stamp = (wiped, *self._stamp(machine_ids)[1:])
        blanks = await self._shelves.on_sale(machine_ids)
        body = await self._database.read(lambda unit: to_json(_status(unit, blanks)))
        kept = _Kept(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"', machine_ids, stamp)
        self._kept[sees] = kept
        while len(self._kept) > _MOST_KEPT:
            del self._kept[next(iter(self._kept))]
        return kept

    def _stamp(self, machine_ids: frozenset[int]) -> tuple[int, ...]:
        if len(machine_ids) > FEW:
            return (self._wiped, self._moved)
        return (self._wiped, *[self._moved_at.get(machine_id, 0) for machine_id in machine_ids])

    def _hear(self, topic: str) -> None:
        machine_id = machine_of_shelf(topic)
        if machine_id is not None:
            self._moved += 1
            self._moved_at[machine_id] = self._moved
        elif topic in _TOPICS:
            self._wiped += 1


@dataclass(frozen=True)
class StockDesk:
    """What the stock paths need of the house."""

    recogniser: Recogniser
    board: StockBoard

    async def stock_status(self, request: Request) -> Response:
        """Totals are sums over the machines the caller may see; ``ETag`` saves the body."""
        body, etag = await self.board.answer(await self.recogniser.caller(request))
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


def _operated(unit: Reading, caller: Caller) -> frozenset[int]:
    return frozenset([machine.id for machine in fleet(unit).by_id.values() if caller.operates(machine)])


def _status(unit: Reading, blanks: Mapping[str, int]) -> dict[str, Any]:
    shop = catalogue(unit)
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
