"""Requests, measures and answers as JSON text and back, every figure to the digit."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from makeline.parts.pricing.request import PartGeometry, PartRequest

_EXACT = msgspec.json.Encoder(decimal_format="number")


def to_text(plain: Any) -> str:
    """JSON text whose decimals stand as they were computed."""
    return _EXACT.encode(plain).decode()


def from_text(text: str) -> Any:
    """Plain values; numbers with a point become decimals, to the digit."""
    return json.loads(text, parse_float=Decimal)


def plain_request(request: PartRequest) -> Mapping[str, Any]:
    """A complete request as the documented fields that ask for it; nothing is left to what is usual today."""
    sizes, paint = request.sizes, request.paint
    said = {"length": sizes.length, "width": sizes.width, "height": sizes.height, "dia": sizes.diameter}
    return {
        "service_id": request.service.value,
        "material_id": request.material,
        "material_form": request.form,
        "quantity": request.quantity,
        **{name: size for name, size in said.items() if size is not None},
        "n_dimensions": request.dimensions,
        "tolerance_id": request.tolerance,
        "finish_id": request.finish,
        "cover_id": list(request.covers),
        "k_otk": request.control,
        "k_cert": sorted(request.certificates),
        "k_complexity": request.complexity,
        "location": request.location,
        "paint_type": paint.paint,
        "paint_prepare": paint.prepare,
        "paint_primer": paint.primer,
        "paint_lakery": paint.lakery,
        "speed": request.speed.value,
    }


def plain_geometry(geometry: PartGeometry) -> Mapping[str, Any]:
    """The measures, mm, mm², mm³."""
    return {
        "volume_mm3": geometry.volume,
        "area_mm2": geometry.area,
        "oriented_box_mm": list(geometry.box),
        "reach_mm": list(geometry.reach),
    }


def geometry_from(text: str) -> PartGeometry:
    """The measures that ``plain_geometry`` wrote."""
    plain = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    large, middle, small = plain["oriented_box_mm"]
    one, other, third = plain["reach_mm"]
    return PartGeometry(plain["volume_mm3"], plain["area_mm2"], (large, middle, small), (one, other, third))
