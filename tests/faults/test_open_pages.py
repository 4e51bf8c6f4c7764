"""Screens stay open for days: each hears what happens to its machine, and asks the database once for it."""

from collections.abc import Callable
from dataclasses import replace

from makeline.cases.machines.pause import pause_machine, resume_machine
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.faults.open_pages import open_screens
from tests.given import Given
from tests.listening import Counting
from tests.people import key_of
from tests.web import open_shop


@on_sqlite
async def test_many_open_screens_all_hear_a_change_at_once_and_none_asks_without_one(
    given: Given, rounds: Callable[[int, int], int]
):
    many = rounds(60, 400)
    key = await key_of(given.database)
    counting = Counting(given.database)
    async with (
        open_shop(replace(given, database=counting)) as shop,
        open_screens(shop.settings.place.port, [(MACHINE, key.text)] * many) as screens,
    ):
        for screen in screens:
            await screen.hears("unknown")
        for act, condition in ((pause_machine, "paused"), (resume_machine, "unknown")):
            asked = counting.asked
            await given.database.begin(lambda unit, act=act: act(unit, MACHINE, reason="x"), actor="olga")
            for screen in screens:
                await screen.hears(condition, patience=5)
            assert counting.asked - asked == many
        assert shop.streams.count == many
    assert [screen.turned_away for screen in screens] == [0] * many
