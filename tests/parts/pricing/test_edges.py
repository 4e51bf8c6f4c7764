"""On the very edge: exactly as large as the room, exactly half, exactly what is documented."""

from dataclasses import replace
from decimal import Decimal

import pytest
from msgspec import structs

from makeline.parts.pricing.fit import find_place
from makeline.parts.pricing.price import answer_of
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.refusals import Reason
from makeline.parts.pricing.shape import shape_of
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.stock import choose_stock
from makeline.parts.pricing.tables import shipped_tables
from makeline.parts.quotes.schemas import PriceAnswer
from tests.parts.pricing.asked import MILLED, priced

TABLES, SHOP = shipped_tables(), shipped_shop()


def test_a_machine_takes_a_blank_that_is_exactly_as_large_as_its_room_and_none_that_is_larger():
    request = read_request(MILLED, TABLES, SHOP)
    shape = shape_of(request, None, SHOP, [], [])
    stock = choose_stock(request, shape, SHOP, [], [])
    assert stock is not None
    for site in TABLES.sites[request.service]:
        there = structs.replace(request, location=site.location.id)
        for machine in site.machines or ():
            for axis, more in ((0, 0), (0, 1), (1, 1), (2, 1)):
                sizes = [
                    size + (more * Decimal("0.01") if axis == at else 0)
                    for at, size in enumerate(machine.room)
                ]
                blank = structs.replace(stock, envelope=tuple(sizes))
                place = find_place(there, shape, blank, TABLES, SHOP, [], [])
                assert (place is not None and machine in place.machines) is (more == 0)


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (10.125, "10.13"),
        (1.005, "1.01"),
        (2.675, "2.68"),
        (8.5, "8.50"),
        (0.01, "0.01"),
        (100000.0, "100000.00"),
    ],
)
def test_a_size_is_rounded_half_up_from_how_it_was_written(given: float, read: str):
    fields = {"service_id": "milling", **MILLED, "length": given}
    length = read_request(fields, TABLES, SHOP).sizes.length
    assert str(length) == read
    for whole in (7, Decimal("7.0")):
        assert str(read_request({**fields, "length": whole}, TABLES, SHOP).sizes.length) == "7.00"


@pytest.mark.parametrize(("thickness", "size"), [("0.5", 30), ("1", 30), ("3", 35)])
def test_a_shop_that_takes_more_off_a_plate_buys_it_thicker(thickness: str, size: int):
    shop = replace(SHOP, allowances=replace(SHOP.allowances, thickness=Decimal(thickness)))
    fields = {**MILLED, "material_form": "sheet", "length": 100, "width": 80, "height": 28}
    request = read_request(fields, TABLES, shop)
    refused = list[Reason]()
    stock = choose_stock(request, shape_of(request, None, shop, [], []), shop, [], refused)
    assert stock is not None
    assert stock.size == size


def test_the_answer_on_the_wire_has_its_documented_fields_and_the_figures_of_the_price():
    price = priced(MILLED)
    told = answer_of(price)
    assert set(told) == set(PriceAnswer.model_fields) - {"confidence"}
    for name in ("breakdown", "trace", "warnings", "location", "currency", "basis", "rate_card", "quantity"):
        assert told[name] == getattr(price, name)
