"""Rate cards: published once, never changed, heard of everywhere at once."""

from decimal import Decimal
from typing import Any

import pytest

from makeline.foundation.database import Database
from makeline.parts.catalog.publish import UnusableRates, publish_rates, publish_shipped
from makeline.parts.catalog.queries import (
    STANDARD,
    content_numbered,
    current_rates,
    published_cards,
    rates_numbered,
    read_content,
)
from makeline.parts.pricing.shop import shipped_shop
from makeline.parts.pricing.tables import shipped_tables


@pytest.fixture
async def rated(database: Database) -> Database:
    """A shop that has started once."""
    await database.begin(publish_shipped, actor="makeline")
    return database


async def content_of(rated: Database, version: int | None = None) -> dict[str, Any]:
    text = await rated.read(lambda unit: content_numbered(unit, STANDARD, version))
    assert text is not None
    return read_content(text)


async def test_the_card_that_comes_with_the_product_is_read_back_to_the_digit(rated: Database):
    rates = await rated.read(current_rates)
    assert (rates.card, rates.version) == (STANDARD, 1)
    assert rates.shop == shipped_shop()
    assert rates.tables.raw == shipped_tables().raw


async def test_starting_again_publishes_nothing(rated: Database):
    await rated.begin(publish_shipped, actor="makeline")
    assert len(await rated.read(published_cards)) == 1


async def test_a_new_version_prices_from_now_on_and_the_old_one_stays(rated: Database):
    content = await content_of(rated)
    content["shop"]["purchase_surcharge"] = Decimal("1.10")
    published = await rated.begin(
        lambda unit: publish_rates(unit, content, note="metal is dearer"), actor="olga"
    )
    assert published.version == 2
    assert (await rated.read(current_rates)).shop.purchase_surcharge == Decimal("1.10")
    old = await rated.read(lambda unit: rates_numbered(unit, STANDARD, 1))
    assert old is not None
    assert old.shop == shipped_shop()
    newest, _ = await rated.read(published_cards)
    assert (newest.version, newest.note, newest.published_by) == (2, "metal is dearer", "olga")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: content["shop"].pop("lead_time"),
        lambda content: content["shop"].update(id="somebody-elses"),
        lambda content: content["shop"].pop("id"),
        lambda content: content["tables"].pop("machines"),
        lambda content: content["tables"]["materials"][0].update(density_kg_m3="heavy"),
        lambda content: content.update(tables=None),
    ],
)
async def test_rates_that_cannot_be_read_are_refused_whole(rated: Database, spoil: Any):
    content = await content_of(rated)
    spoil(content)
    with pytest.raises(UnusableRates):
        await rated.begin(lambda unit: publish_rates(unit, content, note="spoilt"), actor="olga")
    assert len(await rated.read(published_cards)) == 1


async def test_a_version_that_never_was_is_none(rated: Database):
    assert await rated.read(lambda unit: rates_numbered(unit, STANDARD, 7)) is None
