"""The partner says what lies in the machines: sizes and counts are believed strictly, names never."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from sqlalchemy import select

from makeline.cases.catalog.links import LinkTaken, link_model, unresolved_models
from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.models import designs
from makeline.cases.machines.queries import machine_called
from makeline.cases.production.print_partner import PartnerAway
from makeline.cases.production.states import JobState
from makeline.cases.stock.listing import PartnerBrand, StockRow
from makeline.cases.stock.models import stock_movements
from makeline.cases.stock.reserve import OutOfStock
from makeline.cases.stock.sizes import SIZES_TOPIC, sized_in
from makeline.cases.stock.sync import Listing, sync_stock
from makeline.foundation.promises import GiveUp
from makeline.foundation.statements import Query
from makeline.kernel.errors import NotFound
from tests.given import Given

HERE, ELSEWHERE = "VM_LONDON_01", "VM001"
APPLE = "BR20250111000002"
NEW_SHELL, OTHER_SHELL = "MS999", "MS998"
_MOVED: Query[tuple[str, int]] = Query(
    select(stock_movements.c.actor, stock_movements.c.difference)
    .where(stock_movements.c.actor == "print partner")
    .order_by(stock_movements.c.id),
    tuple,
)
_DRAWN: Query[tuple[int, int]] = Query(
    select(designs.c.shell_width_um, designs.c.shell_height_um).order_by(designs.c.id), tuple
)


async def _device(given: Given, machine: str) -> str:
    found = await given.database.read(lambda unit: machine_called(unit, machine))
    assert found is not None
    return found.device


async def _row(given: Given, model: str = "iPhone 15 Pro", **changes: Any) -> StockRow:
    """The model's usual shell as the partner lists it."""
    shop = await given.database.read(catalogue)
    found = shop.model(model)
    assert found is not None
    shell = shop.shells_of[found.id][0]
    width, height = Decimal(shell.width_um) / 1000, Decimal(shell.height_um) / 1000
    return replace(StockRow(model, shell.partner_model, shell.id, width, height, 100), **changes)


async def _synced(given: Given, *rows: StockRow, machine: str = HERE) -> list[Listing]:
    given.partner.listed[await _device(given, machine), APPLE] = list(rows)
    given.clock.tick(minutes=6)
    given.partner.calls.clear()
    return await sync_stock(given.database.begin, given.partner, [machine])


async def test_a_partners_count_is_a_new_count_kept_as_a_movement_with_its_difference(given: Given):
    await given.session_to_pay()
    await _synced(given, await _row(given, stock=7))
    item = await given.stock_item()
    assert (item.on_hand, item.reserved, item.available) == (7, 1, 6)
    await _synced(given, await _row(given, stock=7))
    assert await given.rows(_MOVED) == [("print partner", -93)]


async def test_a_listing_is_news_only_where_it_says_something_new(given: Given):
    row = await _row(given)
    await _synced(given, row)
    heard: list[str] = []
    given.database.changes.listen(heard.append)

    async def news(listed: StockRow) -> set[str]:
        heard.clear()
        await _synced(given, listed)
        return {topic.split(":")[0] for topic in heard} & {"stock", SIZES_TOPIC}

    assert await news(row) == set()
    assert await news(replace(row, stock=row.stock - 1)) == {"stock"}
    assert row.width_mm is not None
    assert await news(replace(row, stock=row.stock - 1, width_mm=row.width_mm + 1)) == {SIZES_TOPIC}


async def test_one_question_per_machine_and_brand_in_five_minutes(given: Given):
    row = await _row(given)
    device = await _device(given, HERE)
    (first, *_) = await _synced(given, row)
    assert [call for call in given.partner.calls if call.startswith("stock")] == [
        f"stock {device} {brand}" for brand in ("BR020250120000001", "BR102507170001", APPLE)
    ]
    given.clock.tick(minutes=4)
    given.partner.calls.clear()
    (again, *_) = await sync_stock(given.database.begin, given.partner, [HERE])
    assert given.partner.calls == []
    assert again == first
    await _synced(given, row)
    assert len(given.partner.calls) == 4


async def test_test_machines_are_not_asked_about_unless_they_are_named(given: Given):
    listings = await sync_stock(given.database.begin, given.partner)
    machines = {listing.machine for listing in listings}
    assert HERE in machines
    assert "VM_TEST_MANUFACTURER" not in machines


async def test_a_slow_partner_ends_the_round_and_the_next_one_goes_on_where_it_ended(given: Given):
    class Slow:
        """Takes forty seconds for each answer."""

        asked: ClassVar[list[tuple[str, str]]] = []

        async def list_brands(self) -> list[PartnerBrand]:
            return []

        async def list_stock(self, *, device: str, brand: str) -> list[StockRow]:
            self.asked.append((device, brand))
            given.clock.tick(seconds=40)
            return []

    rounds = []
    for _ in range(2):
        Slow.asked.clear()
        await sync_stock(given.database.begin, Slow(), patience=timedelta(seconds=60))
        rounds.append(list(Slow.asked))
    assert [len(asked) for asked in rounds] == [2, 1]
    assert not set(rounds[0]) & set(rounds[1])
    Slow.asked.clear()
    given.clock.tick(minutes=6)
    await sync_stock(given.database.begin, Slow())
    # What was asked last comes last.
    assert Slow.asked == rounds[0] + rounds[1]


async def test_when_he_gives_no_answer_the_last_good_one_stays_and_is_marked_as_old(given: Given):
    (*_, before) = await _synced(given, await _row(given, stock=7))
    assert (before.partner_brand, before.trouble) == (APPLE, None)
    given.partner.trouble = [PartnerAway("no route")] * 4
    (*_, after) = await _synced(given, await _row(given, stock=3))
    assert (after.heard_at, after.trouble) == (before.heard_at, "no route")
    assert (await given.stock_item()).on_hand == 7
    (*_, good) = await _synced(given, await _row(given, stock=3))
    assert good.trouble is None
    assert (await given.stock_item()).on_hand == 3


async def test_the_print_is_drawn_in_the_size_of_the_machine_that_will_print_it(given: Given):
    usual = await _row(given)
    await _synced(given, replace(usual, width_mm=Decimal("80.5"), height_mm=Decimal("160.25")), machine=HERE)
    await _synced(given, usual, machine=ELSEWHERE)
    for machine in (HERE, ELSEWHERE):
        await given.session_to_pay(machine)
    assert usual.width_mm is not None and usual.height_mm is not None
    assert await given.rows(_DRAWN) == [
        (80500, 160250),
        (int(usual.width_mm * 1000), int(usual.height_mm * 1000)),
    ]


@pytest.mark.parametrize("lacking", ["width_mm", "height_mm"])
async def test_no_size_no_order(given: Given, lacking: str):
    rows = [await _row(given, **{lacking: None})]
    listings = await _synced(given, *rows)
    assert listings[-1].incomplete == [rows[0].partner_model]
    with pytest.raises(OutOfStock):
        await given.session_to_pay(HERE)
    # Another machine that has never been asked about still sells by the catalogue's size.
    await given.session_to_pay(ELSEWHERE)
    await _synced(given, await _row(given))
    await given.session_to_pay(HERE)


async def test_a_print_drawn_for_another_size_than_the_machine_now_reports_waits_for_staff(given: Given):
    order = await given.order((await given.paid_sale(HERE)).outcome.order_number)
    await _synced(given, await _row(given, width_mm=Decimal("70.1")))
    with pytest.raises(GiveUp, match="another size"):
        await given.submitted(order)
    job = await given.job(order)
    assert (job.status, given.partner.orders) == (JobState.WAITING_FOR_STAFF, {})
    assert (await given.payment_of(order)).status.value == "paid"


async def test_a_name_proposes_a_link_and_only_staff_makes_it(given: Given):
    row = await _row(given, "iPhone 15 Pro", partner_model="MM999", shell=NEW_SHELL, stock=5)
    await _synced(
        given, row, replace(row, model_name="iPhone 99 PROMAX", partner_model="MM998", shell=OTHER_SHELL)
    )

    async def unresolved() -> list[tuple[str, str | None]]:
        return [(each.partner_model, each.proposed) for each in await given.database.read(unresolved_models)]

    assert await unresolved() == [("MM999", "iphone-iphone-15-pro"), ("MM998", None)]
    shop = await given.database.read(catalogue)
    assert shop.model("MM999") is None
    assert NEW_SHELL not in shop.shells
    await given.database.begin(lambda unit: link_model(unit, "iphone_15_pro", "MM999"), actor="olga")
    await _synced(given, row)
    shop = await given.database.read(catalogue)
    found = shop.model("MM999")
    assert found is not None and found.id == "iphone-iphone-15-pro"
    assert (await given.stock_item(shell=NEW_SHELL)).available == 5
    assert await unresolved() == [("MM998", None)]


async def test_a_link_that_stands_is_never_turned(given: Given):
    row = await _row(given)

    async def link(model: str, partner_model: str = row.partner_model) -> str:
        return await given.database.begin(lambda unit: link_model(unit, model, partner_model), actor="olga")

    assert await link("iphone_15_pro") == "iphone-iphone-15-pro"
    with pytest.raises(LinkTaken):
        await link("samsung_s24")
    with pytest.raises(NotFound):
        await link("nokia_3310", "MM997")


async def test_a_shell_that_is_listed_for_another_model_waits_for_staff_uncounted(given: Given):
    shell = (await _row(given, "iPhone 15")).shell
    await _synced(given, await _row(given, "iPhone 14 Pro", shell=shell, stock=1))
    assert await given.anomalies() == ["shell_changed_model"]
    assert (await given.stock_item(shell=shell)).on_hand == 100


async def test_a_shortage_that_stays_bothers_staff_once(given: Given):
    for _ in range(3):
        await given.session_to_pay()
    for _ in range(3):
        await _synced(given, await _row(given, stock=2))
    assert await given.anomalies() == ["stock_below_promises"]


async def test_a_machine_that_has_not_spoken_has_the_catalogues_sizes(given: Given):
    shop = await given.database.read(catalogue)
    machine = await given.database.read(lambda unit: machine_called(unit, HERE))
    assert machine is not None
    shell = shop.shells[(await given.shells_of())[0]]
    assert await given.database.read(lambda unit: sized_in(unit, machine.id, shell)) == shell
