"""What staff asks of machines, stock, promises, the mirror and the history; on both databases."""

from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from makeline.admin.questions.audit import Cursor, Entry, Wish, audit_page
from makeline.admin.questions.audit_names import actor_called, actors_named
from makeline.admin.questions.blanks import movements_in, shells_lying
from makeline.admin.questions.fleet_board import fleet_board
from makeline.admin.questions.held_prints import held_prints, submits_given_up
from makeline.admin.questions.mirror import mirror_page, name_of
from makeline.admin.questions.promises import about, given_up, given_up_tallies, tried_in_vain
from makeline.cases.catalog.change import change_offers
from makeline.cases.catalog.wishes import Wish as OfferWish
from makeline.cases.machines.condition import Condition, PrinterState
from makeline.cases.machines.heartbeat import record_heartbeat
from makeline.cases.machines.models import Machine
from makeline.cases.machines.pause import pause_machine, resume_machine
from makeline.cases.machines.places import set_place
from makeline.cases.machines.queries import machine_called
from makeline.cases.production.print_partner import PartnerAway, PartnerRefused
from makeline.cases.production.release import release_print
from makeline.cases.stock.correct import correct_stock
from makeline.crm.models import SyncStatus
from makeline.crm.records import Entity
from makeline.crm.want import want
from makeline.foundation.anomalies import Outcome, note_anomaly, open_anomalies, settle_anomaly
from makeline.foundation.promises import let_go, revive
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FailureKind, Invalid
from tests.asking import MACHINE
from tests.fakes import StandingClock
from tests.given import Given

SILENCE = timedelta(minutes=2)


def _machine(unit: Reading) -> Machine:
    found = machine_called(unit, MACHINE)
    assert found is not None
    return found


async def test_a_print_that_nobody_takes_is_found_with_its_cause_and_is_gone_once_repaired(given: Given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    given.partner.trouble = [PartnerRefused("4004: this device is not yours")]
    await given.promises_kept()
    read = given.database.read
    (held,) = await read(partial(held_prints, most=10))
    assert (held.number, held.machine, held.trouble) == (
        order.number, MACHINE, "4004: this device is not yours",
    )  # fmt: skip
    (dead,) = await read(partial(given_up, subscriber="", limit=10, before_id=None))
    assert (dead.failure_kind, dead.last_error) == (FailureKind.PERMANENT, held.trouble)
    found = await read(lambda unit: about(unit, dead.payload))
    assert found is not None
    assert (found.noun, found.name) == ("order", order.number)
    assert await read(partial(submits_given_up, order_id=order.id)) == [dead.id]
    assert [tally.count for tally in await read(given_up_tallies)] == [1]
    assert await read(partial(given_up, subscriber=dead.subscriber, limit=10, before_id=dead.id)) == []

    def repair(unit: UnitOfWork) -> None:
        release_print(unit, order.number, reason="assigned to us again")
        assert let_go(unit, dead.id, reason="the print was released")
        assert not let_go(unit, dead.id, reason="twice")
        assert not revive(unit, dead.id)

    await given.database.begin(repair, actor="user 7")
    with pytest.raises(Invalid):
        await given.database.begin(lambda unit: let_go(unit, dead.id, reason=" "), actor="user 7")
    await given.promises_kept()
    assert await read(partial(held_prints, most=10)) == []
    assert await read(given_up_tallies) == []
    told = await read(partial(audit_page, wish=Wish(noun="promise"), limit=10, behind=None))
    assert [(one.before, one.after, one.actor, one.cause) for one in told] == [
        ("dead", "let go", "user 7", "the print was released")
    ]


async def test_a_promise_that_is_tried_in_vain_says_when_it_is_tried_again(given: Given):
    await given.paid_sale()
    given.partner.trouble = [PartnerAway("busy")]
    await given.promises_kept()
    (waiting,) = await given.database.read(partial(tried_in_vain, most=10))
    assert (waiting.last_error, waiting.attempts) == ("busy", 1)
    assert waiting.due_at > given.clock()


async def test_the_board_shows_how_every_machine_stands_and_what_it_lacks(given: Given, clock: StandingClock):
    await given.paid_sale()

    def beat(unit: UnitOfWork) -> None:
        supplies = [{"name": "cyan", "level_percent": 60}, {"name": "white", "level_percent": 9}]
        told = {"software": "1.0", "capabilities": {}}
        record_heartbeat(
            unit, _machine(unit), silence=SILENCE, state=PrinterState.PROCESSING, reasons=[],
            consumables=supplies, **told,
        )  # fmt: skip

    await given.database.begin(beat, actor="machine")
    await given.blanks(3)
    board = {
        stand.machine.key: stand for stand in await given.database.read(partial(fleet_board, silence=SILENCE))
    }
    stand = board[MACHINE]
    assert (stand.condition, stand.queue.waiting, stand.queue.held) == (Condition.BUSY, 1, 0)
    assert [one["name"] for one in stand.supplies] == ["white", "cyan"]
    assert (stand.blanks.few, stand.blanks.short) == (1, 0)
    assert set(stand.warnings) == {"supplies_low", "blanks_few"}
    assert (stand.partner, stand.machine.latitude) == ("demo", 51_515_250)
    assert board["VM_DEMO"].condition is Condition.UNKNOWN
    clock.tick(minutes=3)
    board = {
        stand.machine.key: stand for stand in await given.database.read(partial(fleet_board, silence=SILENCE))
    }
    assert board[MACHINE].condition is Condition.OFFLINE


async def test_a_count_that_staff_corrects_is_kept_with_its_reason(given: Given):
    shell = await given.usual_shell()

    def correct(unit: UnitOfWork) -> int:
        return correct_stock(unit, _machine(unit), shell, 4, reason=" two were torn ")

    old = await given.database.begin(correct, actor="user 7")
    for counted, reason in ((-1, "x"), (10_001, "x"), (4, " ")):
        with pytest.raises(Invalid):
            await given.database.begin(
                lambda unit, counted=counted, reason=reason: correct_stock(
                    unit, _machine(unit), shell, counted, reason=reason
                ),
                actor="user 7",
            )

    def look(unit: Reading) -> tuple[list, list]:
        machine = _machine(unit).id
        return shells_lying(unit, machine), movements_in(unit, machine, limit=1, before_id=None)

    lying, (moved,) = await given.database.read(look)
    mine = next(one for one in lying if one.shell_id == shell)
    assert (mine.on_hand, mine.available, mine.level) == (4, 4, "few")
    assert (moved.difference, moved.reason, moved.actor) == (4 - old, "two were torn", "user 7")
    (entry,) = await given.database.read(partial(audit_page, wish=Wish(actor="user 7"), limit=9, behind=None))
    assert (entry.noun, entry.subject, entry.after, entry.cause) == (
        "stock", f"{MACHINE} {shell}", str(4 - old), "two were torn",
    )  # fmt: skip


async def test_the_mirror_is_looked_through_by_kind_and_standing(given: Given):
    order = await given.order((await given.paid_sale()).outcome.order_number)
    await given.database.begin(lambda unit: want(unit, Entity.DEAL, order.id), actor="test")
    read = given.database.read
    ask = partial(mirror_page, limit=5, before_id=None)
    (item,) = await read(partial(ask, status="", entity="deal"))
    assert await read(partial(name_of, entity=Entity.DEAL, our_id=item.our_id)) == order.number
    assert await read(partial(name_of, entity=Entity.CONTACT, our_id=None)) == ""
    assert await read(partial(ask, status="", entity="lead")) == []
    assert await read(partial(ask, status=SyncStatus.DEAD.value, entity="")) == []


async def test_the_history_of_all_rooms_is_one_list_page_by_page(given: Given, clock: StandingClock):
    boss = "user 7"

    def day(unit: UnitOfWork) -> None:
        pause_machine(unit, MACHINE, reason="to be cleaned")
        set_place(unit, MACHINE, latitude=Decimal("1.5"), longitude=Decimal(-2))
        wish = OfferWish("line 1", "template", "classic", "web_price", "21.00", "GBP")
        change_offers(unit, [wish], reason="dearer film")
        (noted,) = open_anomalies(unit)
        settle_anomaly(unit, noted.id, outcome=Outcome.ACCEPTED, note="so be it")

    await given.database.begin(lambda unit: note_anomaly(unit, "x", "y", detail={}), actor="test")
    await given.database.begin(day, actor=boss)
    clock.tick(hours=30)
    await given.database.begin(lambda unit: resume_machine(unit, MACHINE), actor=boss)

    async def asked(limit: int = 50, behind: Cursor | None = None, **wish: Any) -> list[Entry]:
        return await given.database.read(partial(audit_page, wish=Wish(**wish), limit=limit, behind=behind))

    whole = await asked(actor=boss)
    assert [(one.noun, one.before, one.after) for one in whole] == [
        ("machine pause", "paused", "running"),
        ("machine place", "51.51525, -0.1419", "1.5, -2"),
        ("machine pause", "running", "paused"),
        ("offer", "35.00", "21.00"),
        ("anomaly", "open", "accepted"),
    ]
    assert whole[3].field == "web_price"
    # Page by page it is the same, also where many things happened at one moment.
    pages, behind = [], None
    while page := await asked(2, behind, actor=boss):
        pages += page
        behind = Cursor(page[-1].at, page[-1].source, page[-1].id)
    assert pages == whole
    machine = whole[0].subject
    assert len(await asked(noun="machine pause", subject=machine)) == 2
    assert await asked(noun="machine pause", subject="none") == []
    assert [one.noun for one in await asked(noun="offer", subject="classic")] == ["offer"]
    since = clock() - timedelta(hours=1)
    assert await asked(actor=boss, since=since) == whole[:1]
    assert await asked(actor=boss, until=since) == whole[1:]
    boss_now = await given.database.read(partial(actor_called, said="nobody such"))
    assert boss_now == "nobody such"
    assert await given.database.read(partial(actors_named, actors={boss, "worker", "user x"})) == {}
