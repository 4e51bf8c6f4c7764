"""Pictures come into a session: eight at most, each once, and nothing is kept of a refused one."""

import pytest
from sqlalchemy import func, select

from makeline.cases.designs.renderer import PictureUnreadable
from makeline.cases.kiosk.queries import SessionExpired, pictures_of
from makeline.cases.kiosk.states import Progress, SessionStatus
from makeline.commerce.files.models import stored_files
from makeline.foundation.statements import Query
from makeline.kernel.errors import Invalid, NotFound, Unrecognised
from makeline.kernel.states import IllegalMove
from tests.given import Given

_FILES: Query[tuple[int]] = Query(select(func.count()).select_from(stored_files), tuple)


async def _files(given: Given) -> int:
    ((count,),) = await given.rows(_FILES)
    return count


async def _pictures(given: Given, key: str) -> list[str]:
    session = await given.session_now(key)
    return [picture.name for picture in await given.database.read(lambda unit: pictures_of(unit, session.id))]


async def test_the_first_picture_begins_the_design(given: Given):
    session = await given.session()
    name = await given.picture(session.key)
    begun = await given.session_now(session.key)
    assert (begun.status, begun.progress) == (SessionStatus.DESIGNING, Progress.DESIGNING)
    assert name in given.storage.kept
    assert await _pictures(given, session.key) == [name]


async def test_the_phone_that_holds_the_session_adds_its_pictures_in_order(given: Given):
    session = await given.session()
    phone = await given.phone(session.key)
    names = [
        await given.picture(session.key, f"picture {number}".encode(), caller=phone) for number in range(8)
    ]
    assert await _pictures(given, session.key) == names


async def test_the_same_picture_twice_is_one_picture_with_one_name(given: Given):
    session = await given.session()
    names = {await given.picture(session.key, b"a dog") for _ in range(3)}
    assert len(names) == 1
    assert await _pictures(given, session.key) == list(names)
    assert await _files(given) == 1


async def test_the_same_picture_of_two_customers_is_stored_once_and_belongs_to_both(given: Given):
    sessions = [await given.session(), await given.session()]
    names = [await given.picture(session.key, b"a dog") for session in sessions]
    assert names[0] == names[1]
    assert [await _pictures(given, session.key) for session in sessions] == [[names[0]], [names[0]]]
    assert await _files(given) == 1


async def test_a_ninth_picture_is_refused_and_nothing_of_it_is_kept(given: Given):
    session = await given.session()
    for number in range(8):
        await given.picture(session.key, f"picture {number}".encode())
    stored = dict(given.storage.kept)
    with pytest.raises(Invalid) as refused:
        await given.picture(session.key, b"one too many")
    assert [problem.field for problem in refused.value.problems] == ["file"]
    assert await _files(given) == 8
    assert given.storage.kept == stored


async def test_a_full_session_still_knows_its_own_pictures(given: Given):
    session = await given.session()
    names = [await given.picture(session.key, f"picture {number}".encode()) for number in range(8)]
    assert await given.picture(session.key, b"picture 3") == names[3]


async def test_a_refused_picture_leaves_nothing_and_does_not_begin_the_design(given: Given):
    session = await given.session()
    with pytest.raises(PictureUnreadable):
        await given.picture(session.key, b"not a picture at all")
    assert given.storage.kept == {}
    assert await _files(given) == 0
    assert (await given.session_now(session.key)).status is SessionStatus.ACTIVE


async def test_a_phone_of_another_session_is_refused_before_its_picture_is_read(given: Given):
    session, other = await given.session(), await given.session()
    foreign = await given.phone(other.key)
    with pytest.raises(Unrecognised):
        await given.picture(session.key, b"not a picture, and nobody looks", caller=foreign)
    with pytest.raises(Unrecognised):
        await given.picture(session.key, caller=given.stranger())
    assert given.storage.kept == {}


async def test_a_session_of_another_partner_is_not_found(given: Given):
    session = await given.session()
    with pytest.raises(NotFound):
        await given.picture(session.key, caller=given.foreigner())


async def test_anybody_may_add_pictures_at_a_test_machine(given: Given):
    session = await given.session("VM_TEST_MANUFACTURER")
    await given.picture(session.key, caller=given.stranger())


async def test_pictures_may_still_come_after_the_summary_and_move_nothing_back(given: Given):
    session = await given.session_to_pay()
    await given.picture(session.key, b"a better one")
    assert (await given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING


async def test_no_picture_is_taken_after_the_end(given: Given):
    expired, cancelled = await given.session(), await given.session()
    await given.closed(cancelled.key)
    paid = (await given.paid_sale()).session
    for session in (cancelled, paid):
        with pytest.raises(IllegalMove):
            await given.picture(session.key, b"too late")
    given.clock.tick(minutes=25)
    with pytest.raises(SessionExpired):
        await given.picture(expired.key, b"too late")
