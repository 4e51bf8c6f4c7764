"""At a limit: the last size that still does, and the first that does not. Worked out by hand from the rules."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from msgspec import structs

from makeline.parts.pricing.price import price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.reference import price_by_reference
from makeline.parts.pricing.refusals import Reason, Unpriceable, Why
from makeline.parts.pricing.request import Buyer
from makeline.parts.pricing.shape import shape_of
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.stock import Stock, choose_stock
from makeline.parts.pricing.tables import read_tables, shipped_tables
from makeline.parts.pricing.trace import Trace
from tests.parts.pricing.asked import BRACKET, MILLED, PRINTED, TURNED, measured, priced, reasons

TABLES, SHOP = shipped_tables(), shipped_shop()
TURNED_FILE = {name: value for name, value in TURNED.items() if name not in {"length", "dia"}}


def stock_of(fields: dict[str, Any], **changes: Any) -> tuple[Stock | None, list[Reason]]:
    """What is cut from, before anybody asks for a machine."""
    request = read_request({**fields, **changes}, TABLES, SHOP)
    refused = list[Reason]()
    shape = shape_of(request, None, SHOP, Trace(), refused)
    return choose_stock(request, shape, SHOP, Trace(), refused), refused


def refused_codes(fields: dict[str, Any], **changes: Any) -> list[Why]:
    return [reason.code for reason in stock_of(fields, **changes)[1]]


@pytest.mark.parametrize(
    ("form", "sizes", "listed"),
    [
        # A plate is 2 mm thicker than the part, a bar 2 mm wider than its diagonal.
        ("sheet", (100, 80, 28), 30),
        ("sheet", (100, 80, 28.01), 35),
        ("rod", (500, 6, 8), 12),
        ("rod", (500, 6.03, 8), 14),
        # Across flats: cos 30° of the one side, half of the other, and 2 mm.
        ("hexagon", (500, 16.16, 2), 17),
        ("hexagon", (500, 16.18, 2), 19),
    ],
)
def test_the_next_stock_is_taken_from_the_first_size_that_needs_it(form: str, sizes: Any, listed: int):
    length, width, height = sizes
    stock, _ = stock_of(MILLED, material_form=form, length=length, width=width, height=height)
    assert stock is not None
    assert stock.size == listed


@pytest.mark.parametrize(
    ("sizes", "fits"),
    [
        # 3000 × 1500 less 4 mm of allowance and 3 mm of the saw.
        ((2993, 1493, 198), True),
        ((2993.01, 1493, 198), False),
        ((2993, 1493.01, 198), False),
        ((1493, 2993, 198), True),
    ],
)
def test_a_sheet_ends_where_its_format_ends(sizes: Any, fits: bool):
    length, width, height = sizes
    codes = refused_codes(MILLED, material_form="sheet", length=length, width=width, height=height)
    assert codes == ([] if fits else [Why.STOCK_TOO_LARGE])


@pytest.mark.parametrize(
    ("fields", "length", "fits"),
    [
        (MILLED, 2993, True),
        (MILLED, 2993.01, False),
        # Turned: 1 mm at each end.
        (TURNED, 2995, True),
        (TURNED, 2995.01, False),
    ],
)
def test_a_bar_ends_where_it_is_sold(fields: dict[str, Any], length: float, fits: bool):
    across = {"width": 20, "height": 20} if fields is MILLED else {"dia": 20}
    assert refused_codes(fields, length=length, **across) == ([] if fits else [Why.STOCK_TOO_LARGE])


def test_the_thickest_bar_takes_a_shaft_of_398_and_no_more():
    assert refused_codes(TURNED, dia=398) == []
    assert refused_codes(TURNED, dia=398.01) == [Why.STOCK_TOO_THICK]


def test_a_hexagon_swings_its_corners_and_a_square_its_diagonal():
    hexagon, _ = stock_of(TURNED, material_id="alum_D16", material_form="hexagon", dia=40)
    assert hexagon is not None
    # Across flats 46 (42 is not listed: 41, then 46), over the corners 46 / cos 30°.
    assert (hexagon.size, hexagon.swing) == (46, Decimal("53.12"))
    rod, _ = stock_of(TURNED, dia=40)
    assert rod is not None
    assert (rod.size, rod.swing, rod.length) == (42, 42, 202)
    request = structs.replace(read_request(TURNED, TABLES, SHOP), form="sheet")
    shape = shape_of(request, None, SHOP, Trace(), [])
    flat = structs.replace(shape, box=(Decimal(20), Decimal(60), Decimal(60)))
    disc = choose_stock(request, flat, SHOP, Trace(), [])
    assert disc is not None
    # A blank of 64 × 64 from the plate of 22: it swings 64 √2 and stands on its thickness.
    assert (disc.size, disc.swing, disc.length) == (22, Decimal("90.51"), 22)
    # 67 × 67 × 22 with the saw's share.
    assert disc.consumed == Decimal("98.758")


@pytest.mark.parametrize(
    ("box", "round_part"),
    [((200, 60.5, 60), True), ((200, 60.51, 60), False), ((60.5, 60, 12), True), ((60.51, 60, 12), False)],
)
def test_sizes_agree_within_half_a_millimetre(box: Any, round_part: bool):
    shape = measured(*box, volume=1000, reach=(30, 30, 30))
    found = [] if round_part else [Why.NOT_ROUND]
    if round_part:
        priced(TURNED_FILE, shape)
    else:
        assert [reason.code for reason in reasons(TURNED_FILE, shape)] == found


@pytest.mark.parametrize(("reach", "round_part"), [(30.25, True), (30.26, False)])
def test_no_point_lies_farther_than_a_quarter_millimetre_outside(reach: float, round_part: bool):
    shape = measured(200, 60, 60, volume=1000, reach=(reach, 110, 110))
    if round_part:
        assert priced(TURNED_FILE, shape).unit > 0
    else:
        (reason,) = reasons(TURNED_FILE, shape)
        assert (reason.code, reason.given, reason.limit) == (
            Why.NOT_ROUND,
            Decimal("30.26"),
            Decimal("30.25"),
        )


@pytest.mark.parametrize(
    ("claims", "warned"),
    [
        ({"length": 80.5, "width": 60, "height": 31.5}, False),
        ({"length": 80.51, "width": 60, "height": 32}, True),
        ({"height": 79.5}, False),
        ({"height": 79.49}, True),
    ],
)
def test_sizes_that_were_claimed_may_be_half_a_millimetre_off(claims: dict[str, Any], warned: bool):
    found = [warning["code"] for warning in priced(PRINTED, BRACKET, **claims).warnings]
    assert found == (["SIZES_DIFFER"] if warned else [])


@pytest.mark.parametrize(
    ("fields", "size", "too_small"),
    [(MILLED, 1.0, False), (MILLED, 0.99, True), (TURNED, 2.0, False), (TURNED, 1.99, True)],
)
def test_the_smallest_size_that_can_be_held(fields: dict[str, Any], size: float, too_small: bool):
    change = {"height": size} if fields is MILLED else {"dia": size}
    request = read_request({**fields, **change}, TABLES, SHOP)
    if too_small:
        assert [reason.code for reason in reasons(fields, **change)] == [Why.TOO_SMALL]
    else:
        assert price_part(request, None, TABLES, SHOP).unit > 0


def test_the_price_of_one_is_told_beside_every_quantity():
    alone = priced(MILLED, quantity=1).unit
    for quantity in (2, 3, 1000, 1001):
        assert priced(MILLED, quantity=quantity).unit_alone == alone


def test_practice_at_the_machine_ends_at_a_thousand_pieces():
    assert [
        str(priced(MILLED, quantity=quantity).k_quantity) for quantity in (20, 100, 500, 1000, 1001, 90_000)
    ] == [
        "0.980000",
        "0.950000",
        "0.850000",
        "0.800000",
        *["0.8"] * 2,
    ]


@pytest.mark.parametrize(
    ("dimensions", "factor"),
    [(1, "0.75"), (15, "0.75"), (16, "1.00"), (50, "1.00"), (51, "1.25"), (500, "1.25")],
)
def test_many_dimensions_make_a_part_complex(dimensions: int, factor: str):
    assert priced(MILLED, n_dimensions=dimensions).k_complexity == Decimal(factor)


@pytest.mark.parametrize("complexity", [1.0, 3.0])
def test_a_customer_makes_it_dearer_up_to_three_times(complexity: float):
    assert priced(MILLED, k_complexity=complexity).k_complexity == Decimal(str(complexity)) * Decimal("0.75")
    for beyond in (complexity - 0.01, complexity + 0.01):
        if not 1 <= beyond <= 3:
            assert [reason.field for reason in reasons(MILLED, k_complexity=beyond)] == ["k_complexity"]
    assert priced(MILLED, buyer=Buyer.STAFF, k_complexity=0.5).unit < priced(MILLED).unit


def test_of_equally_dear_sites_the_first_by_name_makes_it():
    sites = [{**row, "client_hour_rub": 3000} for row in TABLES.raw["locations"]]
    for locations in (sites, sites[::-1]):
        tables = read_tables({**TABLES.raw, "locations": locations})
        assert price_part(read_request(MILLED, tables, SHOP), None, tables, SHOP).location == "location_1"


@pytest.mark.parametrize(("height", "days"), [(25, 9), (24, 9)])
def test_a_hurry_never_comes_below_two_days(height: float, days: int):
    lead = priced(MILLED, height=height, cover_id=[]).lead_time
    quick = priced(MILLED, height=height, cover_id=[], speed="express").lead_time
    assert (lead.days, quick.days, quick.days_max) == (days, 6, 7)


def test_a_refused_size_tells_the_largest_stock_there_is():
    (thick,) = stock_of(MILLED, material_form="sheet", length=300, width=300, height=300)[1]
    assert (thick.code, thick.given, thick.limit) == (Why.STOCK_TOO_THICK, 302, 200)
    (large,) = stock_of(MILLED, material_form="sheet", length=3100, width=1400, height=150)[1]
    assert (large.code, large.limit) == (Why.STOCK_TOO_LARGE, [3000, 1500])
    (long,) = stock_of(TURNED, length=2996)[1]
    assert (long.code, long.limit) == (Why.STOCK_TOO_LARGE, 3000)


@pytest.mark.parametrize("form", ["rod", "hexagon"])
def test_a_shop_that_takes_more_off_a_bar_buys_it_thicker(form: str):
    request = read_request(
        {**TURNED, "material_id": "alum_D16", "material_form": form, "dia": 28}, TABLES, SHOP
    )
    sizes = []
    for radius in ("1", "2", "4"):
        shop = replace(SHOP, allowances=replace(SHOP.allowances, bar_radius=Decimal(radius)))
        stock = choose_stock(request, shape_of(request, None, shop, Trace(), []), shop, Trace(), [])
        assert stock is not None
        sizes.append(int(stock.size))
    assert sizes == ([30, 32, 38] if form == "rod" else [30, 32, 36])


@pytest.mark.parametrize("axis", ["x_mm", "y_mm", "z_mm"])
def test_a_machine_with_an_unknown_size_is_never_offered(axis: str):
    raw = {**TABLES.raw, "machines": [{**row, axis: None} for row in TABLES.raw["machines"]]}
    tables = read_tables(raw)
    assert not any(site.machines for sites in tables.sites.values() for site in sites)


@pytest.mark.parametrize("control", [-0.01, -1, 2.01])
def test_the_earlier_calculator_takes_no_control_factor_outside_its_range(control: float):
    fields = {**MILLED, "k_otk": control, "rate_card": "reference-2025-11"}
    with pytest.raises(Unpriceable) as refused:
        price_by_reference(fields, None, TABLES)
    assert [reason.field for reason in refused.value.reasons] == ["k_otk"]


def test_the_earlier_calculator_prints_six_litres_an_hour_and_two_hours_more():
    fields = {**PRINTED, "length": 970, "width": 970, "height": 570, "rate_card": "reference-2025-11"}
    price = price_by_reference(fields, None, TABLES)
    # One metre by one by 0.6, with 30 mm around: 600 litres.
    assert (price.mat_volume, price.total_time) == (0.6, 102.0)
