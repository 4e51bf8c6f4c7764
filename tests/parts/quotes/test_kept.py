"""Kept prices: written once, computed again to the digit whenever somebody asks, and nobody may alter one unseen."""

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import settings
from hypothesis import strategies as st
from sqlalchemy import bindparam, update
from typer.testing import CliRunner

from makeline.foundation.database import Database
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import NotFound
from makeline.kernel.money import Money
from makeline.main.cli import cli
from makeline.parts.catalog.publish import publish_rates
from makeline.parts.catalog.queries import STANDARD, content_numbered, read_content
from makeline.parts.geometry.facts import Finding, Note
from makeline.parts.pricing.read_request import read_request
from makeline.parts.pricing.refusals import Reason, Why
from makeline.parts.pricing.request import Basis, Buyer, PartGeometry
from makeline.parts.pricing.shape import Warned
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import Service, shipped_tables
from makeline.parts.quotes.confidence import Confidence, judge, may_be_overruled
from makeline.parts.quotes.keep import HandPrice, keep_hand_price
from makeline.parts.quotes.kept import KeptBasis, kept_price, kept_prices
from makeline.parts.quotes.kept_json import geometry_from, plain_geometry, plain_request, to_text
from makeline.parts.quotes.replay import replay_all
from tests.given import Given
from tests.parts.geometry.arrivals import people_move_in, taken_in
from tests.parts.pricing.asked import BRACKET, MILLED, PAINTED, PRINTED, TURNED
from tests.parts.quotes.pricing_desk import kept, measures


async def differing(database: Database) -> dict[int, list[str]]:
    """By price: what came out otherwise."""
    return {
        one.kept.id: [difference.what for difference in one.differences]
        async for one in replay_all(database.read)
    }


async def file_of_somebody(given: Given) -> int:
    people = await people_move_in(given)
    return (await taken_in(given, b"solid", owner_id=people.owner_id)).id


async def test_a_kept_price_holds_everything_it_was_made_from(given: Given):
    file_id = await file_of_somebody(given)
    price = await kept(given.database, {**PRINTED, "quantity": 5}, measures(file_id=file_id))
    assert (price.unit, price.total) == (Money(158332, "RUB"), Money(791660, "RUB"))
    assert (price.days, price.days_max, price.quantity) == (4, 5, 5)
    assert (price.rate_card, price.rate_card_version, price.basis) == (STANDARD, 1, KeptBasis.FILE)
    assert (price.file_id, price.sha256, price.reader) == (file_id, "ab" * 32, "plain-1")
    assert price.measures == BRACKET
    assert price.told["detail_price"] == Decimal("1583.32")
    assert price.told["trace"]
    assert price.created_at == given.clock.now


async def test_what_is_usual_today_is_written_out_in_a_kept_request(given: Given):
    little = {"service_id": "cnc-milling", "material_id": "alum_D16", **SIZES}
    asked = (await kept(given.database, little)).asked
    assert {"tolerance_id", "finish_id", "n_dimensions", "k_otk", "k_cert", "speed"} <= set(asked)


SIZES = {"length": 100, "width": 50, "height": 25}


async def test_every_kept_price_comes_out_again_to_the_digit(given: Given):
    file_id = await file_of_somebody(given)
    await kept(given.database, MILLED)
    await kept(given.database, TURNED)
    await kept(given.database, PAINTED)
    await kept(given.database, {**MILLED, "k_complexity": 0.5}, buyer=Buyer.STAFF)
    await kept(given.database, {**PRINTED, "speed": "express"}, measures(file_id=file_id))
    found = await differing(given.database)
    assert (len(found), [names for names in found.values() if names]) == (5, [])


async def test_a_price_keeps_its_version_when_the_rates_change(given: Given):
    before = await kept(given.database, MILLED)

    def dearer(unit: UnitOfWork) -> None:
        text = content_numbered(unit, STANDARD)
        assert text is not None
        content = read_content(text)
        content["shop"]["purchase_surcharge"] = Decimal(2)
        publish_rates(unit, content, note="metal is dearer")

    await given.database.begin(dearer, actor="olga")
    after = await kept(given.database, MILLED)
    assert (before.rate_card_version, after.rate_card_version) == (1, 2)
    assert after.unit_minor > before.unit_minor
    assert await differing(given.database) == {before.id: [], after.id: []}


SPOILED: list[tuple[dict[str, Any], list[str]]] = [
    ({"unit_minor": 1, "total_minor": 1}, ["unit_minor", "total_minor"]),
    ({"days": 1}, ["days"]),
    ({"answer": '{"detail_price":7096.36}'}, ["detail_price"]),
    ({"answer": '{"detail_price":7096.350}'}, ["detail_price"]),
    ({"request": '{"service_id":"cnc-milling"}'}, ["price"]),
]


@pytest.mark.parametrize(("columns", "named"), SPOILED)
async def test_a_figure_that_somebody_altered_is_found_and_named(
    given: Given, columns: dict[str, Any], named: list[str]
):
    sound, altered = await kept(given.database, TURNED), await kept(given.database, MILLED)
    spoil = Change(
        update(kept_prices)
        .where(kept_prices.c.id == bindparam("price_id"))
        .values({name: bindparam(name) for name in columns})
    )
    await given.database.begin(lambda unit: unit.change(spoil, price_id=altered.id, **columns), actor="thief")
    assert await differing(given.database) == {sound.id: [], altered.id: named}


async def test_a_price_by_hand_has_no_rates_and_is_not_replayed(given: Given):
    hand = HandPrice({"service_id": "cnc-milling"}, 3, Money(500_00, "RUB"), 10, 14, "five axes")

    def keep(unit: UnitOfWork) -> int:
        return keep_hand_price(unit, hand)

    price_id = await given.database.begin(keep, actor="user 7")
    price = await given.database.read(lambda unit: kept_price(unit, price_id))
    assert (price.basis, price.rate_card, price.total) == (KeptBasis.HAND, None, Money(1500_00, "RUB"))
    assert price.told == {"note": "five axes", "priced_by": "user 7"}
    assert await differing(given.database) == {}


async def test_there_is_no_price_that_nobody_kept(given: Given):
    with pytest.raises(NotFound):
        await given.database.read(lambda unit: kept_price(unit, 10**9))


async def test_the_command_names_each_difference_and_fails(given: Given, shop_url: str):
    def replay() -> tuple[int, str]:
        done = CliRunner().invoke(cli, ["rates", "replay"], env={"DATABASE_URL": shop_url})
        return done.exit_code, done.output

    price = await kept(given.database, MILLED)
    assert await asyncio.to_thread(replay) == (0, "1 prices computed again, 0 came out otherwise.\n")
    await given.database.begin(lambda unit: unit.change(CHEAPER, price_id=price.id), actor="thief")
    code, said = await asyncio.to_thread(replay)
    assert code == 1
    assert f"price {price.id}\n  unit_minor: 1 → 709635" in said
    assert "1 came out otherwise" in said


CHEAPER = Change(
    update(kept_prices)
    .where(kept_prices.c.id == bindparam("price_id"))
    .values(unit_minor=1, total_minor=kept_prices.c.quantity)
)


@for_all(
    st.tuples(*[st.decimals("0.01", 90_000, places=6)] * 5),
    st.none() | st.decimals("0.001", "1e12", places=9),
)
@settings(max_examples=60)
def test_measures_come_back_to_the_digit(figures: Any, volume: Decimal | None):
    a, b, c, d, e = figures
    geometry = PartGeometry(volume, d, (a, b, c), (e, e, e))
    assert geometry_from(to_text(plain_geometry(geometry))) == geometry


@pytest.mark.parametrize("fields", [MILLED, TURNED, PAINTED])
def test_a_request_written_out_reads_as_itself(fields: dict[str, Any]):
    tables, shop = shipped_tables(), shipped_shop()
    request = read_request(fields, tables, shop)
    assert read_request(plain_request(request), tables, shop) == request


OPEN = Finding(Note.OPEN_SURFACE, "The surface does not close", (1.0, 2.0, 3.0))
THIN = Finding(Note.THIN_WALL, "A wall is only 0.30 mm thick.", (1.0, 2.0, 3.0))
TURNED_AROUND = Finding(Note.TURNED_TRIANGLES, "2 of 12 triangles were turned.")
TWO = Finding(Note.SEVERAL_BODIES, "The file holds 2 separate bodies")


@pytest.mark.parametrize(
    ("findings", "expected", "doubts"),
    [
        ((), Confidence.HIGH, []),
        ((TURNED_AROUND,), Confidence.HIGH, []),
        ((THIN,), Confidence.MEDIUM, ["THIN_WALL"]),
        ((THIN, TWO), Confidence.LOW, ["SEVERAL_BODIES", "THIN_WALL"]),
        ((OPEN,), Confidence.LOW, ["OPEN_SURFACE"]),
    ],
)
def test_findings_lower_the_confidence(findings: Any, expected: Confidence, doubts: list[str]):
    judged = judge(Service.MILLING, Basis.FILE, (), measures(BRACKET, *findings))
    assert (judged.confidence, [doubt.code for doubt in judged.doubts]) == (expected, doubts)


def test_sizes_alone_and_warnings_are_of_medium_confidence():
    assert judge(Service.MILLING, Basis.SIZES, (), None).confidence is Confidence.MEDIUM
    warned = [Warned(code="SIZES_DIFFER", message="The file measures 1 × 1 × 1 mm")]
    judged = judge(Service.MILLING, Basis.FILE, warned, measures())
    assert (judged.confidence, judged.doubts[0].code) == (Confidence.MEDIUM, "SIZES_DIFFER")


@pytest.mark.parametrize("said", ["Mask the M6 threads", "резьбу М6 не красить", "two tapped holes"])
def test_threads_that_paint_must_not_fill_are_for_a_person(said: str):
    painted = judge(Service.PAINTING, Basis.FILE, (), measures(), instructions=said)
    assert (painted.confidence, painted.doubts[0].code) == (Confidence.LOW, "MASKED_THREADS")
    assert judge(Service.MILLING, Basis.FILE, (), measures(), instructions=said).confidence is Confidence.HIGH


def test_staff_may_overrule_what_is_hard_to_make_and_not_what_was_not_said():
    hard = Reason(Why.NOT_ROUND, "dia", "the part is not round")
    unsaid = Reason(Why.REQUIRED, "length", "is required")
    assert may_be_overruled([hard])
    assert not may_be_overruled([hard, unsaid])
    assert not may_be_overruled([])
