"""Bytes that somebody changed on the disk reach nobody: no printer, no customer, no archive; staff hear of it once."""

import httpx2
import pytest

from makeline.cases.production.queries import plan_of_order
from makeline.cases.production.release import release_print
from makeline.cases.production.states import JobState
from makeline.commerce.files.links import Audience
from makeline.foundation.anomalies import open_anomalies
from makeline.foundation.promises import GiveUp
from tests.asking import MACHINE
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
