"""The sample shop is there once, however often it is asked for."""

from sqlalchemy import func, select

from makeline.cases.catalog.queries import catalogue
from makeline.cases.machines.queries import fleet
from makeline.cases.stock.models import stock_items
from makeline.foundation.database import Database
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.main.invariants import violations
from makeline.main.seed import BLANKS_PER_SHELL, seed_shop
from makeline.main.tables import all_tables

_BLANKS: Query[tuple[int, int]] = Query(
    select(func.min(stock_items.c.on_hand), func.max(stock_items.c.on_hand)).select_from(stock_items), tuple
)


def counts(unit: Reading) -> dict[str, int]:
    """Rows of every table."""
    counted = {}
    for table in all_tables().sorted_tables:
        query: Query[tuple[int]] = Query(select(func.count()).select_from(table), tuple)
        ((rows,),) = unit.all(query)
        counted[table.name] = rows
    return counted


async def test_seeding_again_changes_nothing(database: Database):
    before = await database.read(counts)
    assert before["machines"] > 0
    assert await database.begin(seed_shop, actor="seed") is False
    assert await database.read(counts) == before


async def test_the_sample_shop_is_as_large_as_it_says(database: Database):
    counted = await database.read(counts)
    assert (counted["phone_models"], counted["templates"], counted["machines"]) == (58, 9, 7)
    assert counted["orders"] == counted["kiosk_sessions"] == counted["deliveries"] == 0


async def test_every_model_of_the_sample_shop_can_be_made_and_sold(database: Database):
    shop = await database.read(catalogue)
    for model in shop.models.values():
        assert shop.shells_of[model.id], model.name
        assert model.price_minor > 0
    machines = (await database.read(fleet)).by_id.values()
    assert {machine.is_test for machine in machines} == {True, False}
    ((fewest, most),) = await database.read(lambda unit: unit.all(_BLANKS))
    assert fewest == most == BLANKS_PER_SHELL


async def test_the_sample_shop_contradicts_nothing(database: Database):
    assert await database.read(violations) == []
    ((moved,),) = await database.read(
        lambda unit: unit.all(Query(select(func.count()).select_from(moves), tuple))
    )
    assert moved == 0
