"""How the shop says that it is well, ready, or missing something."""

import asyncio
import dataclasses
import re
import time

import pytest

from makeline.commerce.accounts.states import Role
from makeline.commerce.files.storage import StorageAway
from tests.fakes import MemoryStorage
from tests.given import Given
from tests.members import somebody
from tests.web import open_shop

on_one_engine = pytest.mark.parametrize("shop_url", ["sqlite"], indirect=True)


class Failing(MemoryStorage):
    """Well at the opening, away after that."""

    def __init__(self) -> None:
        super().__init__()
        self.checks = 0

    async def check(self) -> None:
        self.checks += 1
        if self.checks > 1:
            raise StorageAway("the storage does not take or give files")


class Hanging(Failing):
    """Well at the opening, silent after that."""

    async def check(self) -> None:
        self.checks += 1
        if self.checks > 1:
            await asyncio.sleep(60)


async def test_a_well_shop_says_so_with_every_documented_field(given: Given):
    await given.session()
    await given.paid_sale()
    async with open_shop(given) as shop:
        answer = await shop.stranger.get("/health")
    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "healthy"
    assert body["timestamp"] == "2026-03-04T12:00:00Z"
    assert body["api_version"] == "2.2.0"
    assert set(body["services"]) == {"database", "openai", "stripe", "image_storage"}
    assert (body["services"]["database"], body["services"]["image_storage"]) == ("connected", "available")
    # The paid session's sale goes on without its session.
    assert body["metrics"] == {"active_sessions": 1, "pending_orders": 1, "system_load": "normal"}
    assert body["checks"] == {
        "database": "writable",
        "replica": "none",
        "print_partner": "simulated",
        "cad_reader": "usable",
        "crm": "off",
        "stylist": "local",
        "payments": "simulated",
    }
    assert "details" not in body


@on_one_engine
async def test_only_staff_hear_how_the_reader_of_cad_files_is(given: Given):
    async with open_shop(given) as shop:
        anna, clerk = await somebody(shop, "anna"), await somebody(shop, "clerk", Role.STAFF)
        assert "details" not in (await anna.get("/health")).json()
        told = (await clerk.get("/health")).json()["details"]
    assert told["cad_reader"] == given.reader.describe()
    assert told["crm"] == {"state": "off", "trouble": None}


@on_one_engine
async def test_a_shop_without_its_storage_is_degraded_but_open(given: Given):
    async with open_shop(dataclasses.replace(given, storage=Failing())) as shop:
        answer = await shop.stranger.get("/health")
        ready = await shop.stranger.get("/ready")
    assert answer.status_code == 200
    assert (answer.json()["status"], answer.json()["services"]["image_storage"]) == (
        "degraded",
        "unavailable",
    )
    assert answer.json()["services"]["database"] == "connected"
    assert ready.status_code == 200


@on_one_engine
async def test_a_storage_that_hangs_does_not_hang_the_answer(given: Given):
    async with open_shop(dataclasses.replace(given, storage=Hanging())) as shop:
        began = time.monotonic()
        async with asyncio.timeout(5):
            answer = await shop.stranger.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert time.monotonic() - began < 5


@on_one_engine
async def test_asking_often_does_not_write_often(given: Given):
    storage = Failing()
    async with open_shop(dataclasses.replace(given, storage=storage)) as shop:
        for _ in range(10):
            await shop.stranger.get("/health")
    assert storage.checks < 6


async def test_the_process_lives_and_is_ready(given: Given):
    async with open_shop(given) as shop:
        live, ready = await shop.stranger.get("/live"), await shop.stranger.get("/ready")
    assert (live.status_code, live.json()) == (200, {"live": True})
    assert (ready.status_code, ready.json()) == (200, {"ready": True})


@on_one_engine
async def test_metrics_are_readable_by_prometheus_and_name_no_session(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        await shop.operator.get(f"/api/vending/session/{session.key}/status")
        answer = await shop.stranger.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    assert re.search(
        r'^makeline_requests_total\{.*route="/api/vending/session/\{session_id\}/status".*\} \d',
        answer.text,
        re.MULTILINE,
    )
    assert session.key not in answer.text
    for line in answer.text.splitlines():
        assert re.fullmatch(r"#.*|[a-z_]+(\{.*\})? [0-9.e+-]+|[a-z_]+(\{.*\})? (NaN|\+Inf)", line), line
