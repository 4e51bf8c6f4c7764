"""A machine opens sessions within its room and its time."""

from datetime import timedelta

import pytest

from makeline.cases.kiosk.open import MachineBusy
from makeline.cases.kiosk.session_id import parse_session_id
from makeline.cases.kiosk.states import Progress, SessionStatus
from makeline.kernel.errors import NotFound, Unrecognised
from tests.given import Given

DEMO_MACHINE, ROOM = "VM_DEMO", 2


async def test_a_fresh_session_is_active_and_started_and_named_after_its_machine(given: Given):
    session = await given.session_now((await given.session("VM_LONDON_01")).key)
    assert (session.status, session.progress) == (SessionStatus.ACTIVE, Progress.STARTED)
    assert parse_session_id(session.key).machine == "VM_LONDON_01"
    assert session.created_at == given.clock.now
    assert session.location == "Oxford Street Station"


async def test_each_machine_gives_its_own_time(given: Given):
    minutes = {"VM_DEMO": 15, "VM_LONDON_01": 25, "VM001": 30, "VM_TEST_MANUFACTURER": 60, "CN_DEBUG_01": 180}
    for machine, own in minutes.items():
        session = await given.session(machine)
        assert session.expires_at - session.created_at == _minutes(own), machine


async def test_a_wished_time_is_cut_to_the_limit_of_the_machine(given: Given):
    for wished, granted in ((1, 1), (24, 24), (25, 25), (26, 25), (10**9, 25)):
        session = await given.session("VM_LONDON_01", minutes=wished)
        assert session.expires_at - session.created_at == _minutes(granted), wished


async def test_a_machine_may_be_called_by_the_id_of_its_printer(given: Given):
    session = await given.session("LONDON_DEVICE_001")
    assert parse_session_id(session.key).machine == "VM_LONDON_01"


async def test_an_unknown_machine_is_not_found_and_never_made(given: Given):
    for machine in ("VM_NOWHERE", "VM_NOWHERE", "vm_london_01", "VM_LONDON_01 ", ""):
        with pytest.raises(NotFound):
            await given.session(machine)


async def test_a_stranger_opens_sessions_at_test_machines_only(given: Given):
    await given.session("VM_TEST_MANUFACTURER", caller=given.stranger())
    with pytest.raises(Unrecognised):
        await given.session("VM_LONDON_01", caller=given.stranger())


async def test_a_machine_of_another_partner_is_not_found(given: Given):
    with pytest.raises(NotFound):
        await given.session("VM_LONDON_01", caller=given.foreigner())


async def test_a_full_machine_is_busy_and_tells_when_to_come_back(given: Given):
    for _ in range(ROOM):
        await given.session(DEMO_MACHINE)
        given.clock.tick(seconds=20)
    with pytest.raises(MachineBusy) as refused:
        await given.session(DEMO_MACHINE)
    # The first code was shown 40 s ago: in 20 s it may make room.
    assert refused.value.extras == {"retry_after": 20}
    given.clock.tick(seconds=19)
    with pytest.raises(MachineBusy) as refused:
        await given.session(DEMO_MACHINE)
    assert refused.value.extras == {"retry_after": 1}
    given.clock.tick(seconds=1)
    await given.session(DEMO_MACHINE)


async def test_the_oldest_code_that_nobody_scanned_makes_room_after_a_minute(given: Given):
    forgotten, second = [await given.session(DEMO_MACHINE) for _ in range(ROOM)]
    given.clock.tick(seconds=61)
    await given.session(DEMO_MACHINE)
    assert (await given.session_now(forgotten.key)).status is SessionStatus.CANCELLED
    assert (await given.session_now(second.key)).status is SessionStatus.ACTIVE


async def test_a_scanned_session_is_never_thrown_out_for_another(given: Given):
    scanned, later = [await given.session(DEMO_MACHINE) for _ in range(ROOM)]
    await given.phone(scanned.key)
    given.clock.tick(seconds=61)
    await given.session(DEMO_MACHINE)
    assert (await given.session_now(scanned.key)).status is SessionStatus.ACTIVE
    assert (await given.session_now(later.key)).status is SessionStatus.CANCELLED


async def test_a_machine_full_of_customers_is_busy_for_at_most_a_minute_before_it_is_asked_again(
    given: Given,
):
    for _ in range(ROOM):
        await given.phone((await given.session(DEMO_MACHINE)).key)
    given.clock.tick(minutes=5)
    with pytest.raises(MachineBusy) as refused:
        await given.session(DEMO_MACHINE)
    assert refused.value.extras == {"retry_after": 60}


async def test_room_is_counted_in_the_database_and_by_the_clock(given: Given):
    sessions = [await given.session(DEMO_MACHINE) for _ in range(ROOM)]
    for session in sessions:
        await given.phone(session.key)
    given.clock.tick(minutes=16)
    # Nobody has written the end down yet, and nobody needs to.
    assert (await given.session_now(sessions[0].key)).status is SessionStatus.ACTIVE
    for _ in range(ROOM):
        await given.session(DEMO_MACHINE)


async def test_paid_and_cancelled_sessions_take_no_room(given: Given):
    for _ in range(ROOM + 1):
        await given.paid_sale(DEMO_MACHINE)
        given.clock.tick(seconds=1)
    sessions = [await given.session(DEMO_MACHINE) for _ in range(ROOM)]
    for session in sessions:
        await given.closed(session.key)
    for _ in range(ROOM):
        await given.session(DEMO_MACHINE)


async def test_a_full_machine_says_nothing_about_its_neighbour(given: Given):
    for _ in range(ROOM):
        await given.session(DEMO_MACHINE)
    await given.session("VM001")


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)
