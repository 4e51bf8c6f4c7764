"""Pictures go when their time is over and not before; what is paid and not printed stays; whoever asks is forgotten."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from makeline.cases.kiosk.models import KioskSession
from makeline.cases.kiosk.queries import SessionExpired, session_of_order_for_update
from makeline.cases.privacy.belongings import files_called
from makeline.cases.privacy.clocks import Clocks, DraftUse, OrderUse, VisitUse, verdict_on
from makeline.cases.privacy.erase import Erased, erase_order, erase_visit
from makeline.cases.privacy.purge import pictures_are_due, purge
from makeline.cases.production.print_partner import JobStep
from makeline.cases.styles.states import RefusedBecause
from makeline.commerce.files.accesses import accesses_to, forget_old_accesses
from makeline.commerce.files.keep import BeingRemoved, file_named
from makeline.commerce.files.links import Audience
from makeline.commerce.files.models import ON_A_CLOCK, FileKind
from makeline.commerce.orders.models import Order
from makeline.commerce.orders.states import OrderStatus, PaymentStanding
from makeline.kernel.errors import NotFound, Unrecognised
from makeline.kernel.states import IllegalMove
from tests.cases.styles.asking import asked, now_of
from tests.given import Given
from tests.web import open_shop

CLOCKS = Clocks(timedelta(hours=72), timedelta(days=14), timedelta(days=30), timedelta(days=30))
NOW = datetime(2026, 3, 4, tzinfo=UTC)


async def _round(given: Given, **passed: float) -> int:
    """Let time pass; how many files' bytes went in the two rounds that take them."""
    given.clock.tick(**passed)
    before = len(given.storage.kept)
    for _ in range(2):
        if await given.database.read(pictures_are_due):
            await purge(given.database.begin, given.database.read, given.storage, CLOCKS)
        given.clock.tick(minutes=11)
    return before - len(given.storage.kept)


async def _kinds(given: Given) -> set[str]:
    return {name.partition("-")[0] for name in given.storage.kept}


async def test_a_visit_without_an_order_is_forgotten_three_days_later(given: Given):
    session = await given.session()
    image = await given.picture(session.key)
    styled = await asked(given, session.key, image)
    await given.promises_kept()
    assert (await now_of(given, session.key, styled)).result is not None
    assert await _round(given, hours=71) == 0
    # The visit's own time counts too: its machine gives it so many minutes.
    assert await _round(given, hours=2) == 2
    assert given.storage.kept == {}
    again = await given.session()
    assert await given.picture(again.key) == image
    assert image in given.storage.kept


async def test_an_order_keeps_what_it_needs_until_it_is_delivered(given: Given):
    order, job = await given.sent_print()
    kept = set(given.storage.kept)
    # However long the printer takes.
    assert await _round(given, days=400) == 0
    assert set(given.storage.kept) == kept
    await given.print_notice(job.reference, JobStep.PRINTED)
    await given.print_notice(job.reference, JobStep.SHIPPED)
    assert (await given.order(order.number)).status is OrderStatus.COMPLETED
    assert await _round(given, days=13) == 0
    assert await _round(given, days=2) == 1
    assert await _kinds(given) == {"print", "proof"}
    assert await _round(given, days=16) == 2
    assert given.storage.kept == {}


async def test_a_round_that_ends_nothing_tells_whether_anything_was_due(given: Given):
    await given.sent_print()
    given.clock.tick(days=400)
    assert await given.database.read(pictures_are_due)
    done = await purge(given.database.begin, given.database.read, given.storage, CLOCKS)
    assert (done.ended, done.removed) == (0, 0)
    assert done.looked_at > 0
    assert not await given.database.read(pictures_are_due)
    assert not any(await purge(given.database.begin, given.database.read, given.storage, CLOCKS))


async def test_equal_pictures_of_two_customers_go_with_the_later_one(given: Given):
    order, _ = await given.sent_print()
    other = await given.session()
    await given.picture(other.key)
    assert await _round(given, days=10) == 0
    assert (await given.order(order.number)).status is not OrderStatus.COMPLETED
    # A design of theirs may be equal, too.
    again = await given.summary((await _with_picture(given)).key)
    assert again.session.design_id is not None


async def _session_of(given: Given, order: Order) -> KioskSession:
    found = await given.database.begin(
        lambda unit: session_of_order_for_update(unit, order.number), actor="test"
    )
    assert found is not None
    return found


async def _with_picture(given: Given):
    session = await given.session()
    await given.picture(session.key)
    return session


async def test_a_design_whose_print_has_gone_is_drawn_anew(given: Given):
    await given.session_to_pay()
    assert await _round(given, days=4) == 3
    drawn_before = given.renderer.rendered
    session = await given.session_to_pay()
    assert session.design_id is not None
    assert given.renderer.rendered == drawn_before + 1
    assert await _kinds(given) == {"picture", "print", "proof"}


async def test_what_is_sent_again_while_it_goes_is_not_lost(given: Given):
    session = await given.session()
    image = await given.picture(session.key)
    given.clock.tick(days=4)
    await purge(given.database.begin, given.database.read, given.storage, CLOCKS)
    gone = await given.database.read(lambda unit: file_named(unit, image))
    assert gone is not None
    assert gone.ended_at is not None
    assert image in given.storage.kept
    # Nobody gets it any more, but whoever brings it again has it back before its bytes go.
    later = await given.session()
    await given.picture(later.key)
    assert await _round(given, minutes=11) == 0
    given.clock.tick(days=5)
    await purge(given.database.begin, given.database.read, given.storage, CLOCKS)
    given.clock.tick(minutes=11)
    await purge(given.database.begin, given.database.read, given.storage, CLOCKS)
    assert image not in given.storage.kept
    # Its bytes went this very moment: an upload that was under way is told to come again.
    with pytest.raises(BeingRemoved):
        await given.picture((await given.session()).key)
    given.clock.tick(minutes=2)
    await given.picture((await given.session()).key)
    assert image in given.storage.kept


async def test_a_purge_that_was_killed_is_finished_by_the_next(given: Given):
    session = await given.session()
    image = await given.picture(session.key)
    given.clock.tick(days=4)
    await purge(given.database.begin, given.database.read, given.storage, CLOCKS)
    given.clock.tick(minutes=11)

    class Dying:
        async def remove(self, name: str) -> None:
            raise ConnectionError(name)

    dying: Any = Dying()
    with pytest.raises(ConnectionError):
        await purge(given.database.begin, given.database.read, dying, CLOCKS)
    assert image in given.storage.kept
    given.clock.tick(minutes=3)
    await purge(given.database.begin, given.database.read, given.storage, CLOCKS)
    assert image not in given.storage.kept


async def test_who_asks_is_forgotten_at_once_but_his_paid_print_is_made_first(given: Given):
    order, job = await given.sent_print()
    session = await _session_of(given, order)
    erased = await given.database.begin(
        lambda unit: erase_order(unit, order.number, CLOCKS), actor="staff anna"
    )
    assert erased == Erased(gone=1, waiting=2)
    assert (await given.session_now(session.key)).registration is None
    assert await _round(given) == 1
    assert await _kinds(given) == {"print", "proof"}
    await given.print_notice(job.reference, JobStep.SHIPPED)
    assert await _round(given, days=1, minutes=1) == 2
    with pytest.raises(NotFound):
        await given.database.begin(lambda unit: erase_order(unit, "ORDER_NONE", CLOCKS), actor="staff")


async def test_a_phone_erases_its_visit_and_nobody_else_does(given: Given):
    session = await given.session("VM_LONDON_01")
    image = await given.picture(session.key)
    styled = await asked(given, session.key, image, wish="me with my dog")
    secret = await given.secret(session.key)
    with pytest.raises(Unrecognised):
        await given.database.begin(
            lambda unit: erase_visit(unit, given.stranger(), session.key, CLOCKS), actor="stranger"
        )
    async with open_shop(given) as shop:
        at = f"/v1/sessions/{session.key}/pictures"
        assert (await shop.stranger.delete(at)).status_code == 401
        url = (await shop.phone(secret).get(f"/v1/sessions/{session.key}/visit")).json()["pictures"][0]["url"]
        path = "/" + url.partition("//")[2].partition("/")[2]
        for _ in range(3):
            assert (await shop.stranger.get(path)).status_code == 200
        await shop.house.accesses.settle()
        given.clock.tick(minutes=1)
        assert (await shop.browser.get(path)).status_code == 200
        await shop.house.accesses.settle()
        answer = await shop.phone(secret).delete(at)
        assert (answer.status_code, answer.json()) == (200, {"gone": 1, "waiting": 0})
        assert (await shop.stranger.get(path)).status_code == 404
        assert (await shop.phone(secret).delete(at)).json() == {"gone": 0, "waiting": 0}
    (file,) = await given.database.read(lambda unit: files_called(unit, session.key))
    fetched = await given.database.read(lambda unit: accesses_to(unit, file.id))
    assert [(access.audience, access.times) for access in fetched] == [
        (Audience.CUSTOMER, 3),
        (Audience.CUSTOMER, 1),
    ]
    # Two places, and neither says where it is.
    assert len({access.place for access in fetched}) == 2
    assert not any(digits in str(fetched) for digits in ("203.0.113", "127.0.0"))
    given.clock.tick(days=91)
    assert (
        await given.database.begin(
            lambda unit: forget_old_accesses(unit, older_than=timedelta(days=90)), actor="clock"
        )
        == 2
    )
    given.clock.tick(days=-91)
    ended = (await now_of(given, session.key, styled)).job
    assert (ended.refusal, ended.wish) == (RefusedBecause.PHOTO_GONE, "")
    with pytest.raises((SessionExpired, IllegalMove)):
        await given.picture(session.key)
    assert await _round(given) == 1


async def test_the_address_of_the_order_page_erases_too(given: Given):
    order, _ = await given.sent_print()
    session = await _session_of(given, order)
    async with open_shop(given) as shop:
        token = shop.house.order_links.token(session.key)
        assert (await shop.stranger.delete(f"/o/{token[:-2]}xx/pictures")).status_code == 404
        answer = await shop.stranger.delete(f"/o/{token}/pictures")
        assert answer.json() == {"gone": 1, "waiting": 2}


moments = st.integers(-400, 400).map(lambda days: NOW + timedelta(days=days))
order_uses = st.builds(
    OrderUse, st.sampled_from(OrderStatus), st.sampled_from(PaymentStanding), moments, st.booleans()
)
uses = st.lists(
    st.one_of(st.builds(VisitUse, moments, st.booleans()), order_uses, st.builds(DraftUse, moments)),
    max_size=4,
)


@drawn(kind=st.sampled_from(ON_A_CLOCK), found=uses)
@settings(max_examples=25)
def test_no_print_file_of_a_paid_order_goes_before_it_is_made(kind: FileKind, found):
    verdict = verdict_on(kind, found, CLOCKS, NOW)
    paid = [
        use
        for use in found
        if isinstance(use, OrderUse)
        and use.payment in (PaymentStanding.PAID, PaymentStanding.AUTHORISED, PaymentStanding.PARTLY_PAID)
        and use.status not in (OrderStatus.COMPLETED, OrderStatus.CANCELLED)
    ]
    if kind in (FileKind.PRINT_FILE, FileKind.PROOF):
        assert verdict.held == bool(paid)
    else:
        assert verdict.held == any(not use.erased for use in paid)
    # One use more never shortens a life, and without erasures nothing goes sooner.
    assert verdict_on(kind, [*found, DraftUse(NOW)], CLOCKS, NOW).until >= verdict.until
    kept = [use if isinstance(use, DraftUse) else use._replace(erased=False) for use in found]
    unerased = verdict_on(kind, kept, CLOCKS, NOW)
    assert unerased.held >= verdict.held
