"""While a file is being measured its owner sees how far that is, from any process; and nobody else does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import httpx2

from makeline.commerce.accounts.states import Role
from makeline.foundation.database import open_database
from makeline.main.subscriptions import PROMISES
from makeline.parts.geometry.facts import Fault, UnusableFile
from makeline.parts.geometry.reader import Stage
from tests.fakes import CUBE, StandingClock
from tests.given import Given
from tests.members import somebody
from tests.parts.geometry.arrivals import upload_of
from tests.web import OpenShop, open_shop


@asynccontextmanager
async def measuring(
    given: Given, who: str = "anna"
) -> AsyncIterator[tuple[OpenShop, httpx2.AsyncClient, int]]:
    """Anna's file, whose reader waits for the gate."""
    given.reader.gate.clear()
    async with open_shop(given) as shop:
        anna = await somebody(shop, who)
        shop.house.intake.patience, shop.house.intake.progress_pause = 0.01, 0.01
        file = (await anna.post("/files", json=upload_of())).json()
        try:
            yield shop, anna, file["id"]
        finally:
            given.reader.gate.set()
            await shop.house.intake.close()


async def news(caller: httpx2.AsyncClient, file_id: int, **query: Any) -> AsyncIterator[dict[str, Any]]:
    async with caller.stream("GET", f"/v1/files/{file_id}/events", params=query) as answer:
        assert answer.status_code == 200
        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


async def test_a_file_that_takes_long_tells_how_far_it_is(given: Given):
    async with measuring(given) as (_, anna, file_id):
        waiting = (await anna.get(f"/files/{file_id}")).json()
        assert waiting["progress"] == {"stage": "waiting", "fraction": 0}
        stream = news(anna, file_id)
        assert (await anext(stream))["progress"] == waiting["progress"]
        for stage, fraction in ((Stage.READING, 0.5), (Stage.MEASURING, 0.25), (Stage.PICTURING, 0.5)):
            given.reader.tell(stage, fraction)
            assert (await anext(stream))["progress"] == {"stage": stage, "fraction": fraction}
            assert (await anna.get(f"/files/{file_id}")).json()["progress"]["stage"] == stage
        given.reader.gate.set()
        last = [event async for event in stream]
        assert [(event["state"], event["progress"]) for event in last] == [("ready", None)]
        assert last[0] == (await anna.get(f"/files/{file_id}")).json()


async def test_a_file_that_is_soon_measured_writes_no_progress(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        file = (await anna.post("/files", json=upload_of())).json()
        assert file["progress"] is None
        assert [event["state"] async for event in news(anna, file["id"])] == ["ready"]


async def test_the_stream_of_a_file_that_fails_or_is_deleted_ends_by_saying_so(given: Given):
    given.reader.refuses.append(UnusableFile(Fault.BROKEN, "no sense"))  # type: ignore[arg-type]
    async with measuring(given) as (_, anna, file_id):
        stream = news(anna, file_id)
        await anext(stream)
        given.reader.gate.set()
        assert [(event["state"], event["reason"]) async for event in stream] == [("failed", "no sense")]
    async with measuring(given, "boris") as (_, boris, file_id):
        stream = news(boris, file_id)
        await anext(stream)
        await boris.delete(f"/files/{file_id}")
        assert [event async for event in stream] == [{"id": file_id, "state": "deleted"}]


async def test_progress_is_for_those_who_may_see_the_file(given: Given):
    async with measuring(given) as (shop, _, file_id):
        boris, clerk = await somebody(shop, "boris"), await somebody(shop, "clerk", Role.STAFF)
        path = f"/v1/files/{file_id}/events"
        assert (await boris.get(path)).status_code == 404
        assert (await shop.stranger.get(path)).status_code == 401
        assert (await shop.stranger.get(path, params={"file_token": "guessed"})).status_code == 404
        assert (await anext(news(clerk, file_id)))["id"] == file_id
        given.reader.gate.set()


async def test_a_guest_follows_his_file_by_its_token(given: Given):
    async with open_shop(given) as shop:
        file = (await shop.stranger.post("/v1/guest-files", json=upload_of())).json()
        events = [event async for event in news(shop.stranger, file["id"], file_token=file["file_token"])]
        assert [event["state"] for event in events] == ["ready"]
        assert "file_token" not in events[0]


async def test_progress_reaches_whoever_asks_another_process(
    given: Given, shop_url: str, clock: StandingClock
):
    second = await open_database(shop_url, promises=PROMISES, clock=clock, connections=4)
    async with measuring(given) as (_, anna, file_id), open_shop(replace(given, database=second)) as other:
        stream = news(other.caller({"authorization": anna.headers["authorization"]}), file_id)
        await anext(stream)
        given.reader.tell(Stage.MEASURING, 0.75)
        assert (await anext(stream))["progress"] == {"stage": "measuring", "fraction": 0.75}
        given.reader.gate.set()
        assert [event["state"] async for event in stream] == ["ready"]
    await second.close()


async def test_a_part_is_priced_as_soon_as_it_is_measured_while_its_pictures_are_drawn(given: Given):
    wish = {"service_id": "cnc-milling", "material_id": "alum_D16", "quantity": 10}
    async with measuring(given) as (_, anna, file_id):
        asked = asyncio.create_task(anna.post("/calculate-price", json={**wish, "file_id": file_id}))
        given.reader.measured(CUBE)
        early = await asked
        assert (early.status_code, early.json()["basis"]) == (200, "file")
        file = (await anna.get(f"/files/{file_id}")).json()
        assert (file["state"], file["preview_generated"], file["geometry"]) == ("measuring", False, None)
        given.reader.gate.set()
        assert [event async for event in news(anna, file_id)][-1]["state"] == "ready"
        late = await anna.post("/calculate-price", json={**wish, "file_id": file_id})
        assert late.json() == early.json()


async def test_what_was_measured_is_forgotten_when_the_drawing_fails(given: Given):
    async with measuring(given) as (_, anna, file_id):
        stream = news(anna, file_id)
        await anext(stream)
        given.reader.measured(CUBE)
        given.reader.refuses.append(UnusableFile(Fault.TOOK_TOO_LONG, "the file takes too long to read"))
        given.reader.gate.set()
        assert [event async for event in stream][-1]["state"] == "failed"
        asked = await anna.post(
            "/calculate-price",
            json={"service_id": "cnc-milling", "material_id": "alum_D16", "file_id": file_id},
        )
        assert (asked.status_code, asked.json()["code"]) == (422, "FILE_NOT_READY")
