"""The wire's fields as the reference card reads them: its own defaults, and no checks that it did not make."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from makeline.parts.pricing.read_fields import FieldReader
from makeline.parts.pricing.refusals import Unpriceable, Why
from makeline.parts.pricing.request import PartGeometry
from makeline.parts.pricing.tables import Material, Service, Step, Tables

_SERVICES = {service.value: service for service in Service}
_USUAL_FORM = {
    Service.MILLING: "sheet",
    Service.TURNING: "rod",
    Service.PRINTING: "powder",
    Service.PAINTING: "sheet",
}
_USUAL_MATERIAL = {
    Service.MILLING: "alum_D16",
    Service.TURNING: "alum_D16",
    Service.PRINTING: "PA11",
    Service.PAINTING: "alum_D16",
}


@dataclass(frozen=True, slots=True)
class ReferenceRequest:
    """A request with the factors of its ids; ``box`` length, width, height in mm."""

    service: Service
    material: Material
    form: str
    quantity: int
    box: tuple[float, float, float]
    k_tolerance: float
    k_finish: float
    k_cover: float
    cover_days: int
    k_otk: float
    step: Step


def read_reference_request(
    fields: Mapping[str, Any], geometry: PartGeometry | None, tables: Tables
) -> ReferenceRequest:
    """A complete request; raises ``Unpriceable``."""
    reader, coefficients = FieldReader(fields), tables.coefficients
    service = reader.choice("service_id", among=_SERVICES)
    material = (
        None
        if service is None
        else reader.choice("material_id", among=tables.materials, usual=_USUAL_MATERIAL[service])
    )
    form = None if service is None or material is None else _form(reader, service, material)
    covers = _covers(reader, coefficients.covers)
    quantity = reader.whole("quantity", usual=1, least=1, most=100_000)
    tolerance = reader.choice("tolerance_id", among=coefficients.tolerances, usual="1")
    finish = reader.choice("finish_id", among=coefficients.finishes, usual="1")
    if reader.raw("location", "location_id")[1] is not None:
        reader.choice("location", "location_id", among=tables.locations)
    k_otk = 1.0 if service is Service.PAINTING else _control(reader)
    box = _box(reader, service, geometry)
    if (
        reader.reasons
        or service is None
        or material is None
        or form is None
        or box is None
        or tolerance is None
        or finish is None
    ):
        raise Unpriceable(reader.reasons)
    k_cover = 1.0
    for cover in dict.fromkeys(covers):
        k_cover *= float(coefficients.covers[cover])
    return ReferenceRequest(
        service=service,
        material=material,
        form=form,
        quantity=quantity,
        box=box,
        k_tolerance=float(tolerance),
        k_finish=float(finish),
        k_cover=k_cover,
        # The same cover twice counts once in the price and twice in the days.
        cover_days=sum(coefficients.cover_days[cover] for cover in covers),
        k_otk=k_otk,
        step=max(
            (step for step in coefficients.quantity_steps if quantity >= step.from_quantity),
            key=lambda step: step.from_quantity,
        ),
    )


def _form(reader: FieldReader, service: Service, material: Material) -> str | None:
    name, asked = reader.raw("material_form")
    form = asked if asked is not None else _USUAL_FORM[service]
    offered = isinstance(form, str) and material.offers(service, form)
    if not offered or (service is Service.TURNING and form != "rod"):
        reader.refuse(Why.NOT_OFFERED, name, f"{material.name} is not offered so", given=form)
        return None
    if form not in material.prices:
        reader.refuse(Why.PRICE_MISSING, name, f"{material.name} has no price as {form}", given=form)
        return None
    return str(form)


def _covers(reader: FieldReader, known: Mapping[str, Any]) -> Sequence[str]:
    name, value = reader.raw("cover_id")
    if value is None:
        return ["1"]
    given = value.split(",") if isinstance(value, str) else value if isinstance(value, list) else [value]
    covers = [str(one).strip() for one in given if str(one).strip()]
    for cover in covers:
        if cover not in known:
            reader.refuse(Why.UNKNOWN_ID, name, "there is no such id", given=cover)
    return [cover for cover in covers if cover in known]


def _control(reader: FieldReader) -> float:
    name, value = reader.raw("k_otk")
    if value is None:
        return 1.0
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        reader.refuse(Why.OUT_OF_RANGE, name, "must be a number from 0 to 2", given=value, limit=[0, 2])
        return 1.0
    try:
        number = float(value)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 2:
        reader.refuse(Why.OUT_OF_RANGE, name, "must be a number from 0 to 2", given=str(value), limit=[0, 2])
        return 1.0
    return number


def _box(
    reader: FieldReader, service: Service | None, geometry: PartGeometry | None
) -> tuple[float, float, float] | None:
    if geometry is not None:
        large, middle, small = (float(size) for size in geometry.box)
        return large, middle, small
    length, width = reader.size("length"), reader.size("width", "dia", "diameter")
    height = reader.size("height", "thickness") or (width if service is Service.TURNING else None)
    for name, size in (("length", length), ("width", width), ("height", height)):
        if size is None and not any(reason.field.endswith(name) for reason in reader.reasons):
            reader.refuse(Why.REQUIRED, name, "is required without a file")
    if length is None or width is None or height is None:
        return None
    return float(length), float(width), float(height)
