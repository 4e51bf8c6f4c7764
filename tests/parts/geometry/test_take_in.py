"""A CAD file comes in: measured, or refused without a trace, or promised and measured later; never lost."""

import asyncio

import pytest

from makeline.commerce.files.storage import StorageAway
from makeline.kernel.errors import NotFound
from makeline.parts.geometry.arrive import Quota, QuotaFull
from makeline.parts.geometry.facts import Basis, Fault, UnusableFile
from makeline.parts.geometry.facts_json import load_facts
from makeline.parts.geometry.file_type import FileType
from makeline.parts.geometry.reader import ReaderBusy
from makeline.parts.geometry.remove import DemoFileStays, delete_expired_files, delete_file, files_expired
from makeline.parts.geometry.states import PartFileState
from makeline.parts.geometry.viewer import Viewer
from tests.fakes import CUBE
from tests.given import Given
from tests.parts.geometry.arrivals import People, arrival_of, guests_arrival, people_move_in, seen, taken_in


@pytest.fixture
async def people(given: Given) -> People:
    """The people who upload."""
    return await people_move_in(given)


async def worker_after(given: Given, *, minutes: int) -> None:
    given.clock.tick(minutes=minutes)
    await given.promises_kept()


def parts_kept(given: Given) -> set[str]:
    return {name for name in given.storage.kept if name.startswith("part-")}


async def test_a_file_that_is_deleted_while_it_is_measured_leaves_nothing(given: Given, people: People):
    given.reader.gate.clear()
    intake = given.intake
    intake.patience = 0.01
    file = await intake.take_in(
        arrival_of(b"solid cube", owner_id=people.owner_id), b"solid cube", actor="anna"
    )
    await given.database.begin(lambda unit: delete_file(unit, file), actor="anna")
    given.reader.gate.set()
    await intake.close()
    await worker_after(given, minutes=20)
    assert given.storage.kept == {}


async def test_a_file_is_measured_before_its_upload_is_answered(given: Given, people: People):
    file = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    assert (file.state, file.reader) == (PartFileState.READY, "plain-1")
    assert load_facts((await seen(given, file, people.anna)).facts) == CUBE
    assert given.storage.kept[file.stored_as] == b"solid cube"
    assert set(file.pictures or {}) == {"isometric", "front", "right", "top", "small", "scene"}


async def test_a_file_that_cannot_be_read_leaves_nothing_behind(given: Given, people: People):
    with pytest.raises(UnusableFile):
        await taken_in(given, b"broken", owner_id=people.owner_id)
    await worker_after(given, minutes=20)
    assert given.storage.kept == {}


@pytest.mark.parametrize("away", [ReaderBusy("later"), StorageAway("disk full")])
async def test_when_something_of_ours_is_away_nothing_is_kept_and_the_upload_may_be_repeated(
    given: Given, away
):
    given.reader.refuses.append(away)
    with pytest.raises(type(away)):
        await taken_in(given, b"solid cube")
    await worker_after(given, minutes=20)
    assert given.storage.kept == {}
    assert (await taken_in(given, b"solid cube")).state is PartFileState.READY


async def test_an_upload_that_takes_long_is_answered_before_it_is_measured(given: Given, people: People):
    given.reader.gate.clear()
    intake = given.intake
    intake.patience = 0.01
    file = await intake.take_in(
        arrival_of(b"solid cube", owner_id=people.owner_id), b"solid cube", actor="anna"
    )
    assert file.state is PartFileState.MEASURING
    given.reader.gate.set()
    await intake.close()
    assert (await seen(given, file, people.anna)).state is PartFileState.READY


async def test_a_promised_file_that_cannot_be_read_says_why_and_its_bytes_go(given: Given, people: People):
    given.reader.gate.clear()
    intake = given.intake
    intake.patience = 0.01
    file = await intake.take_in(arrival_of(b"broken", owner_id=people.owner_id), b"broken", actor="anna")
    given.reader.gate.set()
    await intake.close()
    failed = await seen(given, file, people.anna)
    assert (failed.state, failed.fault) == (PartFileState.FAILED, Fault.BROKEN.value)
    assert given.storage.kept == {}


async def test_a_file_whose_process_died_is_measured_by_the_worker(given: Given, people: People):
    given.reader.gate.clear()
    intake = given.intake
    intake.patience = 0.01
    file = await intake.take_in(
        arrival_of(b"solid cube", owner_id=people.owner_id), b"solid cube", actor="anna"
    )
    for task in list(intake.running):
        task.cancel()
    await asyncio.gather(*intake.running, return_exceptions=True)
    given.reader.gate.set()
    await worker_after(given, minutes=6)
    assert (await seen(given, file, people.anna)).state is PartFileState.READY


async def test_two_who_measure_the_same_file_at_once_leave_it_its_pictures(given: Given, people: People):
    given.reader.gate.clear()
    intake = given.intake
    intake.patience = 0.01
    file = await intake.take_in(
        arrival_of(b"solid cube", owner_id=people.owner_id), b"solid cube", actor="anna"
    )
    second = asyncio.create_task(intake.measure_waiting(file.id))
    while len(given.reader.read) < 2:
        await asyncio.sleep(0)
    given.reader.gate.set()
    await asyncio.gather(intake.close(), second)
    measured = await seen(given, file, people.anna)
    assert measured.state is PartFileState.READY
    assert set((measured.pictures or {}).values()) <= given.storage.kept.keys()


async def test_a_file_whose_process_died_before_its_bytes_were_there_is_forgotten(
    given: Given, people: People
):
    given.reader.gate.clear()
    intake = given.intake
    intake.patience = 0.01
    file = await intake.take_in(
        arrival_of(b"solid cube", owner_id=people.owner_id), b"solid cube", actor="anna"
    )
    for task in list(intake.running):
        task.cancel()
    await asyncio.gather(*intake.running, return_exceptions=True)
    given.storage.kept.clear()
    given.reader.gate.set()
    await worker_after(given, minutes=6)
    with pytest.raises(NotFound):
        await seen(given, file, people.anna)


async def test_equal_bytes_of_one_owner_are_stored_once_and_stay_while_one_needs_them(
    given: Given, people: People
):
    first = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    second = await taken_in(given, b"solid cube", owner_id=people.owner_id, original_name="again.stl")
    others = await taken_in(given, b"solid cube", owner_id=people.stranger.user_id)
    assert first.stored_as == second.stored_as != others.stored_as
    await given.database.begin(lambda unit: delete_file(unit, first), actor="anna")
    await worker_after(given, minutes=20)
    assert parts_kept(given) == {second.stored_as, others.stored_as}
    await given.database.begin(lambda unit: delete_file(unit, second), actor="anna")
    await worker_after(given, minutes=20)
    assert parts_kept(given) == {others.stored_as}


async def test_equal_bytes_of_one_owner_are_read_once_by_each_version_of_the_reader(
    given: Given, people: People
):
    first = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    second = await taken_in(given, b"solid cube", owner_id=people.owner_id, original_name="again.stl")
    assert given.reader.read == ["bracket.stl"]
    assert (second.state, second.original_name) == (PartFileState.READY, "again.stl")
    assert (second.reader, second.pictures) == (first.reader, first.pictures)
    assert load_facts(second.facts) == CUBE
    for changes in (
        {"owner_id": people.stranger.user_id},
        {"owner_id": people.owner_id, "type": FileType.OBJ},
    ):
        await taken_in(given, b"solid cube", **changes)
    assert len(given.reader.read) == 3
    given.reader.version = "plain-2"
    third = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    assert (third.reader, third.stored_as, len(given.reader.read)) == ("plain-2", first.stored_as, 4)


async def test_shared_pictures_stay_while_one_file_needs_them(given: Given, people: People):
    first = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    second = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    await given.database.begin(lambda unit: delete_file(unit, first), actor="anna")
    await worker_after(given, minutes=20)
    assert given.storage.kept.keys() == {second.stored_as, *(second.pictures or {}).values()}
    await given.database.begin(lambda unit: delete_file(unit, second), actor="anna")
    await worker_after(given, minutes=20)
    assert given.storage.kept == {}


async def test_a_file_that_fails_takes_no_bytes_from_one_that_was_measured(given: Given, people: People):
    first = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    given.reader.version = "plain-2"
    given.reader.gate.clear()
    given.reader.refuses.append(UnusableFile(Fault.TOOK_TOO_LONG, "too long"))  # type: ignore[arg-type]
    intake = given.intake
    intake.patience = 0.01
    second = await intake.take_in(
        arrival_of(b"solid cube", owner_id=people.owner_id), b"solid cube", actor="anna"
    )
    given.reader.gate.set()
    await intake.close()
    assert (await seen(given, second, people.anna)).state is PartFileState.FAILED
    assert given.storage.kept[first.stored_as] == b"solid cube"


async def test_a_deleted_file_is_gone_for_everybody_at_once(given: Given, people: People):
    file = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    await given.database.begin(lambda unit: delete_file(unit, file), actor="anna")
    for viewer in (people.anna, people.clerk):
        with pytest.raises(NotFound):
            await seen(given, file, viewer)


async def test_a_file_is_there_for_its_owner_and_for_staff_and_for_nobody_else(given: Given, people: People):
    file = await taken_in(given, b"solid cube", owner_id=people.owner_id)
    assert (await seen(given, file, people.clerk)).id == file.id
    for viewer in (people.stranger, Viewer(), Viewer(token_hash="0" * 64)):
        with pytest.raises(NotFound):
            await seen(given, file, viewer)


async def test_a_demo_file_is_everybodys_and_stays(given: Given, people: People):
    file = await taken_in(given, b"solid cube", owner_id=None)
    assert (await seen(given, file, Viewer())).id == file.id
    with pytest.raises(DemoFileStays):
        await given.database.begin(lambda unit: delete_file(unit, file), actor="anna")


async def test_a_guests_file_opens_to_its_token_until_its_week_is_over(given: Given, people: People):
    arrival = guests_arrival(given, b"solid cube", "a" * 64)
    file = await given.intake.take_in(arrival, b"solid cube", actor="guest")
    assert (await seen(given, file, Viewer(token_hash="a" * 64))).id == file.id
    with pytest.raises(NotFound):
        await seen(given, file, Viewer(token_hash="b" * 64))
    given.clock.tick(days=8)
    with pytest.raises(NotFound):
        await seen(given, file, Viewer(token_hash="a" * 64))
    assert await given.database.read(files_expired)
    assert await given.database.begin(delete_expired_files, actor="clock") == 1
    assert not await given.database.read(files_expired)
    await worker_after(given, minutes=20)
    assert given.storage.kept == {}


async def test_an_account_keeps_no_more_than_its_quota(given: Given, people: People):
    given.quota = Quota(files=2, size_bytes=25)
    await taken_in(given, b"solid cube", owner_id=people.owner_id)
    with pytest.raises(QuotaFull):
        await taken_in(given, b"solid cube, larger", owner_id=people.owner_id)
    await taken_in(given, b"solid", owner_id=people.owner_id)
    with pytest.raises(QuotaFull):
        await taken_in(given, b"s", owner_id=people.owner_id)


def test_a_cube_is_no_boundary_model():
    assert CUBE.basis is Basis.MESH


async def test_of_many_uploads_at_once_no_more_are_kept_than_the_quota_allows(given: Given, people: People):
    given.quota = Quota(files=3, size_bytes=1000)
    uploads = [taken_in(given, b"solid %d" % number, owner_id=people.owner_id) for number in range(10)]
    outcomes = await asyncio.gather(*uploads, return_exceptions=True)
    assert sum(isinstance(outcome, QuotaFull) for outcome in outcomes) == 7
    assert len(parts_kept(given)) == 3
