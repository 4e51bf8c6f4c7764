"""The wire's fields become a complete request, or all reasons why they cannot."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from makeline.parts.pricing.figures import ONE
from makeline.parts.pricing.read_fields import FieldReader
from makeline.parts.pricing.refusals import Unpriceable, Why
from makeline.parts.pricing.request import Buyer, PaintWish, PartGeometry, PartRequest, Sizes, Speed
from makeline.parts.pricing.shop import Shop
from makeline.parts.pricing.tables import TURNING, Material, Service, Tables

# The order in which a form is chosen when none is named; turning looks at rods first.
_FORMS = ("sheet", "plate", "rod", "hexagon", "powder", "thread")
_TURNING_FORMS = ("rod", *_FORMS)
_SERVICES = {service.value: service for service in Service}
_USUAL_SPEED = Speed.STANDARD.value
_SPEEDS = {speed.value: speed for speed in Speed}
_LOCATION_FIELDS = frozenset({"location", "location_id"})
_PAINT_FIELDS = frozenset({"paint_type", "paint_prepare", "paint_primer", "paint_lakery"})
_USUAL_PAINT = PaintWish("epoxy", "a", "b", "a")
# A control type, by the words and by the factors that clients send for it.
_CONTROLS = {"1": "1", "2": "2", "3": "3", "1.0": "1", "1.2": "2", "1.15": "3"}


def read_request(
    fields: Mapping[str, Any],
    tables: Tables,
    shop: Shop,
    *,
    geometry: PartGeometry | None = None,
    buyer: Buyer = Buyer.CUSTOMER,
) -> PartRequest:
    """A complete request; raises ``Unpriceable`` with every reason found."""
    reader, coefficients = FieldReader(fields), tables.coefficients
    service, material, form = _what(reader, tables)
    sizes = _sizes(reader)
    tolerance = reader.id_among("tolerance_id", among=coefficients.tolerances, usual="4")
    finish = reader.id_among("finish_id", among=coefficients.finishes, usual="3")
    location = _location(reader, tables)
    quantity, dimensions, complexity = _numbers(reader, shop, buyer)
    covers = reader.choices("cover_id", among=coefficients.covers)
    certificates = reader.choices("k_cert", among=coefficients.certificates)
    paint, control = _paint(reader, tables), _control(reader)
    speed = reader.choice("speed", among=_SPEEDS, usual=_USUAL_SPEED)
    if service is not None:
        _need_sizes(reader, service, sizes, geometry)
    if (
        reader.reasons
        or service is None
        or material is None
        or form is None
        or tolerance is None
        or finish is None
        or speed is None
    ):
        raise Unpriceable(reader.reasons)
    return PartRequest(
        service=service,
        material=material.id,
        form=form,
        quantity=quantity,
        sizes=sizes,
        dimensions=dimensions,
        tolerance=tolerance,
        finish=finish,
        covers=tuple(sorted(covers)),
        control=control,
        certificates=frozenset(certificates) or coefficients.own_certificates[service],
        complexity=complexity,
        location=location,
        paint=paint,
        speed=speed,
    )


def _what(reader: FieldReader, tables: Tables) -> tuple[Service | None, Material | None, str | None]:
    service = reader.choice("service_id", among=_SERVICES)
    material = reader.choice("material_id", among=tables.materials)
    return service, material, _form(reader, service, material)


def _sizes(reader: FieldReader) -> Sizes:
    return Sizes(
        length=reader.size("length"),
        width=reader.size("width"),
        height=reader.size("height", "thickness"),
        diameter=reader.size("dia", "diameter"),
    )


def _location(reader: FieldReader, tables: Tables) -> str | None:
    if not reader.names_any(_LOCATION_FIELDS):
        return None
    if reader.raw("location", "location_id")[1] is None:
        return None
    return reader.id_among("location", "location_id", among=tables.locations)


def _numbers(reader: FieldReader, shop: Shop, buyer: Buyer) -> tuple[int, int, Decimal]:
    least, most = shop.complexity_range[buyer]
    return (
        reader.whole("quantity", usual=1, least=shop.quantity_range[0], most=shop.quantity_range[1]),
        reader.whole("n_dimensions", usual=10, least=shop.dimensions_range[0], most=shop.dimensions_range[1]),
        reader.number("k_complexity", usual=ONE, least=least, most=most),
    )


def _form(reader: FieldReader, service: Service | None, material: Material | None) -> str | None:
    name, asked = reader.raw("material_form")
    if service is None or material is None:
        return None
    order = _TURNING_FORMS if service is TURNING else _FORMS
    if asked in order and material.offers(service, asked) and asked in material.prices:
        return asked
    offered = [form for form in order if material.offers(service, form)]
    wanted = next(iter(offered), None) if asked is None else asked
    form = wanted if wanted in offered else None
    if form is None:
        field = "material_id" if not offered else name
        known = asked is None or asked in _FORMS
        reader.refuse(
            Why.NOT_OFFERED if known else Why.UNKNOWN_ID,
            field,
            f"{material.name} is not offered so for {service.value}" if known else "there is no such form",
            given=asked if asked is not None else material.id,
            limit=offered,
        )
        return None
    if form not in material.prices:
        reader.refuse(Why.PRICE_MISSING, name, f"{material.name} has no price as {form}", given=form)
        return None
    return form


def _control(reader: FieldReader) -> str:
    name, value = reader.raw("k_otk")
    if value is None:
        return "1"
    if type(value) is str and value in _CONTROLS:
        return _CONTROLS[value]
    if isinstance(value, bool) or not isinstance(value, str | int | float | Decimal):
        found = None
    else:
        found = _CONTROLS.get(str(value).strip())
    if found is None:
        reader.refuse(Why.OUT_OF_RANGE, name, "must be control type 1, 2 or 3", given=value, limit=[1, 2, 3])
        return "1"
    return found


def _paint(reader: FieldReader, tables: Tables) -> PaintWish:
    usual = _USUAL_PAINT
    if not reader.names_any(_PAINT_FIELDS):
        return usual
    steps = tables.coefficients.paint_steps
    paint = reader.id_among("paint_type", among=tables.coefficients.paints, usual=usual.paint)
    prepare = reader.id_among("paint_prepare", among=steps["prepare"], usual=usual.prepare)
    primer = reader.id_among("paint_primer", among=steps["primer"], usual=usual.primer)
    lakery = reader.id_among("paint_lakery", among=steps["lakery"], usual=usual.lakery)
    return PaintWish(
        paint or usual.paint, prepare or usual.prepare, primer or usual.primer, lakery or usual.lakery
    )


def _need_sizes(reader: FieldReader, service: Service, sizes: Sizes, geometry: PartGeometry | None) -> None:
    if geometry is not None and geometry.volume is not None:
        return
    missing = _missing(service, sizes)
    if not missing or any(reason.field.endswith(tuple(missing)) for reason in reader.reasons):
        return
    if geometry is not None:
        reader.refuse(
            Why.GEOMETRY_NOT_CLOSED,
            "file_id",
            "the surface of this file is not closed, so it has no volume; give all sizes to price it by them",
        )
        return
    for name in missing:
        reader.refuse(Why.REQUIRED, name, "is required without a file")


def _missing(service: Service, sizes: Sizes) -> Sequence[str]:
    if service is TURNING:
        across = sizes.diameter or sizes.width or sizes.height
        return [
            *([] if sizes.length else ["length"]),
            *([] if across else ["dia"]),
        ]
    if sizes.length is not None and sizes.width is not None and sizes.height is not None:
        return ()
    given = (("length", sizes.length), ("width", sizes.width), ("height", sizes.height))
    return [name for name, size in given if size is None]
