"""The phone joins a session; the first one is given its secret."""

import pytest
from sqlalchemy import select

from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.join import register_phone
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import SessionExpired
from makeline.cases.kiosk.session_id import InvalidSessionId
from makeline.cases.kiosk.states import Progress, SessionStatus
from makeline.cases.machines.callers import Caller
from makeline.foundation.statements import Query
from makeline.kernel.errors import NotFound
from makeline.kernel.states import IllegalMove
from tests.given import Given

IPHONE = {"user_agent": "Mozilla/5.0 (iPhone)", "ip_address": "192.168.1.100"}


async def _register(given: Given, caller: Caller, key: str, **said: str) -> tuple[KioskSession, str | None]:
    return await given.database.begin(
        lambda unit: register_phone(unit, caller, key, registration=said), actor="test"
    )


async def test_the_first_phone_is_given_the_secret_and_holds_the_session(given: Given):
    session = await given.session()
    given.clock.tick(minutes=2)
    phone = await given.phone(session.key)
    joined = await given.session_now(session.key)
    assert (joined.status, joined.progress) == (SessionStatus.ACTIVE, Progress.QR_SCANNED)
    assert joined.last_activity == given.clock.now
    assert holds_session(phone, joined)


async def test_the_secret_itself_is_stored_nowhere(given: Given):
    session = await given.session()
    _, token = await _register(given, given.stranger(), session.key, **IPHONE)
    (row,) = await given.rows(Query(select(kiosk_sessions), tuple))
    assert token is not None and len(token) >= 32
    assert token not in repr(row)


async def test_a_second_phone_is_told_that_all_is_well_and_binds_nothing(given: Given):
    session = await given.session()
    first = await given.phone(session.key)
    before = await given.session_now(session.key)
    given.clock.tick(minutes=1)
    answered, token = await _register(given, given.stranger(), session.key, user_agent="another")
    assert token is None
    assert answered.progress is Progress.QR_SCANNED
    after = await given.session_now(session.key)
    assert after == before
    assert holds_session(first, after)


async def test_the_machine_reporting_a_scan_binds_nothing_and_the_phone_still_gets_the_secret(given: Given):
    session = await given.session()
    operator = await given.operator()
    reported, nothing = await _register(given, operator, session.key, location="Oxford Street")
    assert reported.progress is Progress.QR_SCANNED
    assert nothing is None
    _, token = await _register(given, given.stranger(), session.key, **IPHONE)
    assert token is not None


async def test_what_machine_and_phone_say_of_themselves_is_both_kept(given: Given):
    session = await given.session()
    await _register(given, await given.operator(), session.key, location="Oxford Street")
    await _register(given, given.stranger(), session.key, **IPHONE)
    assert (await given.session_now(session.key)).registration == {"location": "Oxford Street", **IPHONE}


async def test_a_scan_in_the_middle_of_designing_does_not_set_the_customer_back(given: Given):
    session = await given.session()
    await given.picture(session.key)
    _, token = await _register(given, given.stranger(), session.key)
    assert token is not None
    assert (await given.session_now(session.key)).progress is Progress.DESIGNING


async def test_an_old_code_is_gone(given: Given):
    session = await given.session()
    given.clock.tick(minutes=25)
    with pytest.raises(SessionExpired):
        await given.phone(session.key)
    await given.expire()
    with pytest.raises(SessionExpired):
        await given.phone(session.key)


async def test_a_code_is_good_until_the_very_end_of_its_time(given: Given):
    session = await given.session()
    given.clock.tick(minutes=25, seconds=-1)
    await given.phone(session.key)


async def test_a_cancelled_session_takes_no_phone(given: Given):
    session = await given.session()
    await given.closed(session.key)
    with pytest.raises(IllegalMove):
        await given.phone(session.key)


async def test_an_unknown_session_is_not_found_and_a_malformed_id_says_so(given: Given):
    with pytest.raises(NotFound):
        await given.phone("VM001_20260304_120000_ABCDEF")
    with pytest.raises(InvalidSessionId):
        await given.phone("VM001_20260304_120000")
