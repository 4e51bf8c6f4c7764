"""B11: the instant price of a part by its sizes, every request another one."""

import json
import random

from bench.case import Case, Goal, Role, Summary
from bench.http import http_contender
from bench.limits import http
from bench.product import on_sqlite
from bench.upload_to_price import CONTENDER, LABEL
from bench.wrk import Load
from makeline.parts.pricing.price import price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import Service, shipped_tables

PATH = "/calculate-price"
_MANY = 400
_PER_SECOND = 6000


def requests() -> list[bytes]:
    """Requests that get a price: all services, materials and forms, sizes, quantities and covers drawn by lot."""
    lot, tables, shop = random.Random(11), shipped_tables(), shipped_shop()
    offered = [
        (service, material.id, form)
        for material in tables.materials.values()
        for form in material.prices
        for service in Service
        if material.offers(service, form)
    ]
    found: list[bytes] = []
    while len(found) < _MANY:
        service, material, form = lot.choice(offered)
        across = round(lot.uniform(8, 120), 1)
        fields = {
            "service_id": service.value,
            "material_id": material,
            "material_form": form,
            "length": round(lot.uniform(10, 250), 1),
            "width": across,
            "height": across if service is Service.TURNING else round(lot.uniform(5, 60), 1),
            "quantity": lot.choice([1, 1, 2, 5, 10, 40, 200]),
            "n_dimensions": lot.randint(1, 40),
            "tolerance_id": lot.choice("123456"),
            "finish_id": lot.choice("12345"),
            "cover_id": lot.choice([[], ["1"]]),
            "k_otk": lot.choice("123"),
            "k_cert": ["a", "f"],
            "k_complexity": 1.0,
        }
        try:
            price_part(read_request(fields, tables, shop), None, tables, shop)
        except Unpriceable:
            continue
        found.append(json.dumps(fields).encode())
    return found


def _rate(summary: Summary) -> bool:
    return summary.ours.rate >= _PER_SECOND


def _p99(summary: Summary) -> bool:
    return summary.ours.p99_ms <= 5


def _soon(summary: Summary) -> bool:
    return summary.named(LABEL).p50_ms <= 1200


CASE = Case(
    id="B11",
    title="Instant price of a part, 400 different requests, c=8, one API process",
    unit="req/s",
    contenders=(
        http_contender(
            Role.OURS, "POST calculate-price", on_sqlite, Load([PATH], method="POST", bodies=requests())
        ),
        http.fastapi_post(),
        http.bare_asgi(),
        CONTENDER,
    ),
    goals=(
        Goal("at least 6,000 req/s per worker", _rate),
        http.share_of_post(_PER_SECOND),
        Goal("p99 at most 5 ms", _p99),
        Goal("from upload to price at most 1.2 s", _soon),
    ),
    note=(
        "Each answer is computed: exact decimals, every step in the trace, 3 to 5 KB of JSON. The peer that this "
        "replaces, a proxy to a second service, answered 10 a second."
    ),
)
