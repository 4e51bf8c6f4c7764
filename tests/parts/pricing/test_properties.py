"""What holds for every price: sums, monotony, turning a part over, and a trace that suffices."""

import json
from decimal import Decimal
from itertools import permutations
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from makeline.foundation.web.answers import exact_json
from makeline.parts.pricing.grid import Axes, changes_to, cheapest_within, price_grid
from makeline.parts.pricing.price import PartPrice, answer_of, price_part
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.refusals import Unpriceable
from makeline.parts.pricing.request import Speed
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import Service, shipped_tables
from tests.parts.pricing.asked import MILLED, PRINTED, measured, priced

TABLES, SHOP = shipped_tables(), shipped_shop()
KOPECK = Decimal("0.01")
sizes = st.decimals(min_value=Decimal("0.5"), max_value=Decimal(700), places=2).map(float)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    """A request that is well formed; whether it can be made is open."""
    service = draw(st.sampled_from(list(Service)))
    offered = [
        (material.id, form)
        for material in TABLES.materials.values()
        for form in material.prices
        if material.offers(service, form)
    ]
    material, form = draw(st.sampled_from(offered))
    across = draw(sizes)
    return {
        "service_id": service.value,
        "material_id": material,
        "material_form": form,
        "length": draw(sizes),
        "width": across,
        "height": across if service is Service.TURNING else draw(sizes),
        "quantity": draw(st.integers(1, 2000)),
        "n_dimensions": draw(st.integers(1, 80)),
        "tolerance_id": draw(st.sampled_from(sorted(TABLES.coefficients.tolerances))),
        "finish_id": draw(st.sampled_from(sorted(TABLES.coefficients.finishes))),
        "cover_id": draw(st.lists(st.sampled_from(["1", "2"]), max_size=2)),
        "k_otk": draw(st.sampled_from(["1", "2", "3"])),
        "k_cert": draw(st.lists(st.sampled_from("abcdefg"), max_size=4)),
        "k_complexity": draw(st.sampled_from([1.0, 1.25, 2.0, 3.0])),
        "speed": draw(st.sampled_from([speed.value for speed in Speed])),
    }


def price_or_none(fields: dict[str, Any]) -> PartPrice | None:
    try:
        return priced(fields)
    except Unpriceable:
        return None


@given(requests())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_lines_add_up_and_nothing_comes_without_machine_stock_and_material(fields: dict[str, Any]):
    price = price_or_none(fields)
    if price is None:
        return
    assert sum(one.amount for one in price.breakdown) == price.unit
    assert price.total == price.quantity * price.unit
    assert price.material_amount + price.work_amount == price.unit
    assert price.material_amount > 0
    assert price.machines or price.service == Service.PAINTING
    assert price.lead_time.days_max >= price.lead_time.days >= 2


@given(requests(), st.integers(1, 300))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_more_pieces_never_cost_more_each_and_never_less_together(fields: dict[str, Any], more: int):
    price = price_or_none(fields)
    if price is None:
        return
    larger = priced(fields, quantity=price.quantity + more)
    assert larger.unit <= price.unit
    if larger.unit > KOPECK * larger.quantity:
        assert larger.total > price.total


@given(requests())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_turning_a_part_over_does_not_change_its_price(fields: dict[str, Any]):
    if fields["service_id"] == Service.TURNING:
        return
    edges = [fields[name] for name in ("length", "width", "height")]
    prices = {
        price.unit if price else None
        for one, two, three in permutations(edges)
        for price in [price_or_none({**fields, "length": one, "width": two, "height": three})]
    }
    assert len(prices) == 1


@given(requests())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_trace_alone_gives_the_price_again(fields: dict[str, Any]):
    price = price_or_none(fields)
    if price is not None:
        assert read_trace(as_told(price)["trace"], price.quantity, fields["speed"]) == (
            float(price.unit),
            float(price.total),
        )


def as_told(price: PartPrice) -> dict[str, Any]:
    """The answer as a client reads it."""
    return json.loads(exact_json(answer_of(price)))


def read_trace(trace: list[dict[str, Any]], quantity: int, speed: str) -> tuple[float, float]:
    """Another program: it knows no table, only the steps of the trace and what their rules mean."""
    by_rule: dict[str, list[dict[str, Any]]] = {}
    for step in trace:
        by_rule.setdefault(step["rule"], []).append(step)

    def value(rule: str) -> float:
        return sum(step["value"] for step in by_rule.get(rule, []))

    def one(rule: str, word: str) -> list[dict[str, Any]]:
        return [step for step in by_rule.get(rule, []) if word in step["what"]]

    hour = value("H1") / 60
    covered = one("C1", "cover of paint")
    paint, preparation = by_rule.get("M5", []), by_rule.get("W10", [])
    if covered:
        # The coating of a cover stands in its own line.
        paint, preparation = paint[:-1], preparation[:-1]
    material = value("M4") + sum(step["value"] for step in paint)
    minutes = sum(value(rule) for rule in ("W4", "W5", "W6", "W7", "W8", "W9", "W11"))
    work = value("W1") * hour / quantity + minutes * hour + sum(step["value"] for step in preparation)
    covers = sum(step["value"] for step in [*covered, *one("C2", "cover of metal")])
    hurry = {"economy": 0.95, "standard": 1.0, "express": 1.25}[speed]
    unit = material + value("C3") + (work + covers) * hurry
    shown = value("P1")
    assert abs(unit - shown) < 0.0051
    return shown, round(shown * quantity, 2)


@given(st.lists(st.integers(1, 5000), min_size=1, max_size=4, unique=True))
@settings(max_examples=10, deadline=None)
def test_a_cell_of_the_grid_equals_the_single_call(quantities: list[int]):
    request = read_request(MILLED, TABLES, SHOP)
    axes = Axes(
        quantities=quantities,
        speeds=tuple(Speed),
        materials=(("alum_D16", "rod"), ("alum_D16", "sheet"), ("steel_30XGSA", "rod")),
        locations=("location_1", "location_2", "location_3"),
    )
    cells = price_grid(request, axes, None, TABLES, SHOP)
    assert len(cells) == len(quantities) * 3 * 3 * 3
    for cell in cells:
        if cell.price is None:
            assert cell.variant.location == "location_3"
            assert cell.refusal is not None
        else:
            assert cell.price == price_part(cell.variant, None, TABLES, SHOP)


def test_the_cheapest_change_that_meets_a_date():
    request = read_request(MILLED, TABLES, SHOP)
    axes = Axes(speeds=tuple(Speed), materials=(("alum_D16", "rod"), ("alum_D16", "sheet")))
    cells = price_grid(request, axes, None, TABLES, SHOP)
    found = cheapest_within(cells, days=8)
    assert found is not None
    assert changes_to(found, request) == {"speed": Speed.EXPRESS, "material_form": "sheet"}
    assert cheapest_within(cells, days=1) is None
    dear = cheapest_within(cells)
    assert dear is not None
    assert dear.price is not None
    assert cheapest_within(cells, unit=dear.price.unit) == dear


def test_a_price_computed_again_from_what_was_kept_is_the_same():
    geometry = measured(80, 60, 32, volume=60_000)
    assert priced(PRINTED, geometry) == priced(dict(PRINTED), measured(80, 60, 32, volume=60_000))


def test_a_quantity_beyond_the_curve_keeps_its_last_factor():
    assert (
        priced(MILLED, quantity=5000).k_quantity == priced(MILLED, quantity=1000).k_quantity == Decimal("0.8")
    )
