"""A shop's own tables: what is missing from them is refused, what is added to them is priced."""

import copy
from decimal import Decimal
from typing import Any

import pytest

from makeline.parts.pricing.price import price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.reference import price_by_reference
from makeline.parts.pricing.refusals import Unpriceable, Why
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import Tables, read_tables, shipped_tables
from tests.parts.pricing.asked import BRACKET, MILLED, PRINTED


def with_material(name: str, **changes: Any) -> Tables:
    raw = copy.deepcopy(dict(shipped_tables().raw))
    for row in raw["materials"]:
        if row["id"] == name:
            for field, value in changes.items():
                row[field] |= value
    return read_tables(raw)


def test_a_form_without_a_price_is_not_priced_at_nothing():
    tables = with_material("alum_D16", prices_rub_per_kg={"rod": None})
    with pytest.raises(Unpriceable) as refusal:
        read_request(MILLED, tables, shipped_shop())
    assert [reason.code for reason in refusal.value.reasons] == [Why.PRICE_MISSING]
    with pytest.raises(Unpriceable) as refusal:
        price_by_reference(MILLED, None, tables)
    assert [reason.code for reason in refusal.value.reasons] == [Why.PRICE_MISSING]


def test_a_thread_of_plastic_is_priced_by_what_it_takes():
    tables = with_material(
        "PA12", prices_rub_per_kg={"thread": 900}, services_by_form={"thread": ["printing"]}
    )
    fields = {**PRINTED, "material_form": "thread"}
    request = read_request(fields, tables, shipped_shop(), geometry=BRACKET)
    assert price_part(request, BRACKET, tables, shipped_shop()).volume == Decimal("0.000069")


def test_the_earlier_calculator_takes_the_sizes_of_a_file():
    price = price_by_reference({"service_id": "printing", "material_id": "PA12"}, BRACKET, shipped_tables())
    sizes = {"length": 80, "width": 60, "height": 32}
    again = price_by_reference(
        {"service_id": "printing", "material_id": "PA12", **sizes}, None, shipped_tables()
    )
    assert price == again


def test_client_hours_follow_from_wages_and_shares():
    for location in shipped_tables().locations.values():
        a, b = location.extra_salary, location.insurance
        factor = (1 + a + b * (1 + a) + location.overhead + location.administration) * Decimal("1.25")
        assert round(location.hour * factor, 2) == location.client_hour
