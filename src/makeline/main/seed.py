"""A believable shop: 58 phone models with shells and cameras, nine templates, seven machines full of blanks."""

from decimal import Decimal

from sqlalchemy import func, select

from makeline.cases.catalog.models import (
    LinkState,
    SizeBasis,
    brands,
    delivery_zones,
    extras,
    model_links,
    partner_brands,
    phone_models,
    shells,
    templates,
)
from makeline.cases.catalog.queries import TOPIC as CATALOGUE
from makeline.cases.catalog.queries import catalogue
from makeline.cases.catalog.shipped import shipped_rows
from makeline.cases.machines.models import machines, partners
from makeline.cases.machines.partners import DEMO_PARTNER
from makeline.cases.machines.queries import TOPIC as MACHINES
from makeline.cases.machines.queries import fleet
from makeline.cases.stock.count import count_stock
from makeline.cases.stock.record_count import count_materials
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork

BLANKS_PER_SHELL = 100
MATERIALS = ("TPU", "Silicone", "Hard Plastic")

_HOW_MANY: Query[tuple[int]] = Query(select(func.count()).select_from(machines), tuple)


def seed_shop(unit: UnitOfWork) -> bool:
    """Fill an empty database; False (and no change) when there are machines already."""
    (count,) = unit.first(_HOW_MANY) or (0,)
    if count:
        return False
    _catalogue(unit)
    _beside_cases(unit)
    _machines(unit)
    unit.touch(CATALOGUE)
    unit.touch(MACHINES)
    return True


def stock_shop(unit: UnitOfWork) -> None:
    """Load every machine with blanks of every model on sale, the preferred shell of each, and with materials."""
    shop = catalogue(unit)
    for machine in fleet(unit).by_id.values():
        count_materials(unit, machine, dict.fromkeys(MATERIALS, BLANKS_PER_SHELL))
        for model in shop.models.values():
            if shop.brands[model.brand_id].available:
                count_stock(unit, machine, shop.shells_of[model.id][0].id, BLANKS_PER_SHELL)


def _catalogue(unit: UnitOfWork) -> None:
    for row in shipped_rows("brands"):
        unit.add(brands, id=row["id"], name=row["name"], available=row["available"], position=row["position"])
        unit.add(partner_brands, id=row["partner_brand_id"], brand_id=row["id"])
    islands = {row["model_id"]: row for row in shipped_rows("camera_islands")}
    for row in shipped_rows("phone_models"):
        unit.add(
            phone_models,
            id=row["id"],
            brand_id=row["brand_id"],
            name=row["display_name"],
            cn_code=row["chinese_model_id"],
            position=row["position"],
            price_minor=row["price_minor"],
            currency=row["currency"],
            island=islands[row["id"]],
        )
    for row in shipped_rows("shells"):
        unit.add(
            shells,
            id=row["shell_id"],
            phone_model_id=row["model_id"],
            partner_model=row["partner_model_id"],
            width_um=_micrometres(row["width_mm"]),
            height_um=_micrometres(row["height_mm"]),
            size_basis=SizeBasis(row["basis"]),
            position=row["position"],
        )
    links = {row["partner_model_id"]: row["model_id"] for row in shipped_rows("shells")}
    for partner_model, model_id in links.items():
        unit.add(
            model_links,
            partner_model=partner_model,
            phone_model_id=model_id,
            state=LinkState.CONFIRMED,
            decided_by=unit.actor,
            decided_at=unit.now,
        )
    for position, row in enumerate(shipped_rows("templates"), start=1):
        unit.add(
            templates,
            id=row["id"],
            name=row["name"],
            category=row["category"],
            image_count=row["image_count"],
            kiosk_price_minor=row["kiosk_price_minor"],
            webstore_price_minor=row["webstore_price_minor"],
            currency=row["currency"],
            position=position,
        )


def _beside_cases(unit: UnitOfWork) -> None:
    for position, row in enumerate(shipped_rows("extras"), start=1):
        unit.add(extras, **row, position=position)
    for position, row in enumerate(shipped_rows("delivery_zones"), start=1):
        unit.add(delivery_zones, **row, position=position)


def _machines(unit: UnitOfWork) -> None:
    partner_id = unit.new_id(partners)
    unit.add(partners, id=partner_id, name=DEMO_PARTNER, created_at=unit.now)
    for position, row in enumerate(shipped_rows("machines"), start=1):
        unit.add(
            machines,
            id=unit.new_id(machines),
            partner_id=partner_id,
            key=row["machine_id"],
            device=row["device_id"],
            name=row["name"],
            purpose=row["purpose"],
            location=row["location"],
            site=row["site"],
            zone=row["zone"],
            latitude=_millionths(row["latitude"]),
            longitude=_millionths(row["longitude"]),
            timeout_minutes=row["timeout_minutes"],
            most_open_sessions=row["max_concurrent_sessions"],
            is_test=row["is_test"],
            listed=row["listed_for_partner"],
            position=position,
        )


def _millionths(degrees: str) -> int:
    return int(Decimal(degrees) * 1_000_000)


def _micrometres(mm: str) -> int:
    return int(Decimal(mm) * 1000)
