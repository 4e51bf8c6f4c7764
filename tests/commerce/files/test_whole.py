"""Bytes that somebody changed on the disk reach nobody: no printer, no customer, no archive; staff hear of it once."""

from hashlib import sha256

import httpx2
import pytest

from makeline.cases.production.queries import plan_of_order
from makeline.cases.production.release import release_print
from makeline.cases.production.states import JobState
from makeline.commerce.files.links import Audience
from makeline.commerce.files.storage import Look
from makeline.commerce.files.whole import FileDamaged, SeenWhole
from makeline.foundation.anomalies import open_anomalies
from makeline.foundation.promises import GiveUp, TryLater
from tests.asking import MACHINE
from tests.fakes import MemoryStorage
from tests.given import Given
from tests.web import LINK_KEY, open_shop


async def _print_of(given: Given, order_id: int) -> str:
    plan = await given.database.read(lambda unit: plan_of_order(unit, order_id))
    assert plan is not None
    return plan.print_name


async def _anomalies(given: Given) -> list[tuple[str, str]]:
    found = await given.database.read(open_anomalies)
    return [(one.kind, one.subject) for one in found]


@pytest.mark.parametrize("harm", ["changed", "gone", "another design's"])
async def test_a_print_file_that_was_tampered_with_is_held_and_not_printed(given: Given, harm: str) -> None:
    order = await given.order((await given.paid_sale()).outcome.order_number)
    name = await _print_of(given, order.id)
    true = given.storage.kept[name]
    match harm:
        case "changed":
            given.storage.kept[name] = true[:-1] + bytes([true[-1] ^ 1])
        case "gone":
            del given.storage.kept[name]
        case _:
            given.storage.kept[name] = true.replace(true[6:70], b"0" * 64)
    with pytest.raises(GiveUp):
        await given.submitted(order)
    assert given.partner.calls == []
    job = await given.job(order)
    assert job.status is JobState.WAITING_FOR_STAFF
    assert job.trouble is not None
    assert name in job.trouble
    assert await _anomalies(given) == [("stored_file_damaged", name)]
    # Once the true bytes are back, staff lets it go on.
    given.storage.kept[name] = true
    await given.database.begin(
        lambda unit: release_print(unit, order.number, reason="the file is back"), actor="staff"
    )
    await given.submitted(order, until_sent=True)
    assert (await given.job(order)).status is JobState.SENT


async def test_a_print_file_that_is_changed_between_two_tries_is_not_printed(given: Given) -> None:
    order = await given.order((await given.paid_sale()).outcome.order_number)
    name = await _print_of(given, order.id)
    with pytest.raises(TryLater):
        await given.submitted(order)
    given.storage.kept[name] += b"!"
    given.clock.tick(seconds=5)
    with pytest.raises(GiveUp):
        await given.submitted(order, attempt=2)
    assert "submit" not in given.partner.calls
    assert await _anomalies(given) == [("stored_file_damaged", name)]


class _Shelf(MemoryStorage):
    """Remembers what was gone through."""

    def __init__(self, **kept: bytes) -> None:
        super().__init__()
        self.kept.update(kept)
        self.gone_through: list[str] = []
        self.tells = True

    async def look_at(self, name: str, head: int) -> Look | None:
        self.gone_through.append(name)
        found = await super().look_at(name, head)
        return found if found is None or self.tells else found._replace(stamp=None)


async def _see(seen: SeenWhole, shelf: _Shelf, name: str = "one", true: bytes = b"design: pixels") -> None:
    await seen.must_be_whole(shelf, name, sha256(true).hexdigest(), bears="design")


async def test_a_file_that_nobody_wrote_to_since_it_was_seen_whole_is_not_gone_through_again():
    seen, shelf = SeenWhole(), _Shelf(one=b"design: pixels")
    for _ in range(3):
        await _see(seen, shelf)
    assert shelf.gone_through == ["one"]


async def test_a_file_that_was_seen_whole_is_refused_as_soon_as_it_is_another_or_gone():
    seen, shelf = SeenWhole(), _Shelf(one=b"design: pixels")
    await _see(seen, shelf)
    shelf.kept["one"] = b"design: pixelz"
    with pytest.raises(FileDamaged):
        await _see(seen, shelf)
    del shelf.kept["one"]
    with pytest.raises(FileDamaged):
        await _see(seen, shelf)
    shelf.kept["one"] = b"design: pixels"
    await _see(seen, shelf)


async def test_a_file_that_was_seen_whole_for_one_design_is_no_print_of_another():
    seen, shelf = SeenWhole(), _Shelf(one=b"design: pixels")
    await _see(seen, shelf)
    with pytest.raises(FileDamaged):
        await seen.must_be_whole(shelf, "one", sha256(b"design: pixels").hexdigest(), bears="sketch")


async def test_what_was_seen_long_ago_or_cannot_be_told_from_later_bytes_is_gone_through_again():
    shelf = _Shelf(one=b"design: pixels")
    forgetful = SeenWhole(memory=0)
    for _ in range(2):
        await _see(forgetful, shelf)
    assert shelf.gone_through == ["one"] * 2
    shelf.tells = False
    seen = SeenWhole()
    for _ in range(2):
        await _see(seen, shelf)
    assert shelf.gone_through == ["one"] * 4


async def test_only_so_many_files_are_remembered_those_seen_last():
    seen, shelf = SeenWhole(most=2), _Shelf(**dict.fromkeys(("one", "two", "three"), b"design: pixels"))
    for name in ("one", "two", "three", "two", "three", "one"):
        await _see(seen, shelf, name)
    assert shelf.gone_through == ["one", "two", "three", "one"]


async def test_a_link_to_changed_bytes_opens_nothing_and_holds_the_prints_of_them(given: Given) -> None:
    order = await given.order((await given.paid_sale(MACHINE)).outcome.order_number)
    name = await _print_of(given, order.id)
    true = given.storage.kept[name]
    given.storage.kept[name] = b"somebody else's picture"
    link = given.links.link(name, Audience.MANUFACTURER, given.clock()).url.split("makeline.test", 1)[1]
    async with open_shop(given, link_keys=LINK_KEY) as shop:
        for _ in range(3):
            answer = await shop.stranger.get(link)
            assert (answer.status_code, answer.json()["detail"][0]["type"]) == (404, "not_found")
            assert b"somebody else" not in answer.content
        number = order.number
        archive = await _archive(shop.operator, number)
        assert b"somebody else" not in archive
        await given.promises_kept()
        assert (await given.job(order)).status is JobState.WAITING_FOR_STAFF
        assert await _anomalies(given) == [("stored_file_damaged", name)]
        given.storage.kept[name] = true
        assert (await shop.stranger.get(link)).content == true
        assert true in await _archive(shop.operator, number)


async def _archive(operator: httpx2.AsyncClient, number: str) -> bytes:
    """What came before it was cut off."""
    got = b""
    try:
        path = f"/api/chinese/images/batch-download?order_ids={number}&format=tar"
        async with operator.stream("GET", path) as answer:
            async for piece in answer.aiter_bytes():
                got += piece
    except httpx2.HTTPError:
        pass
    return got
