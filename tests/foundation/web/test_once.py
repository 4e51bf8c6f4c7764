"""A POST that is repeated with its key has one effect and one answer, whatever happens in between."""

import asyncio
import itertools
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import Any

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response

from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.body import read_bytes
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.envelope import Envelope
from makeline.foundation.web.front import Front
from makeline.foundation.web.once import claim_in, once, once_between_units
from makeline.foundation.web.refusals import render_partner
from makeline.kernel.errors import NotFound
from tests.foundation.scratch import add_parent, names
from tests.foundation.web.conftest import NOW
from tests.web import serving

_NUMBERS = itertools.count()


@dataclass
class Counter:
    """A desk where things are bought: in one unit, or between units."""

    database: Database
    refusing: bool = False
    hold: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def at_once(self, request: Request) -> Response:
        """Effect and answer in one unit."""
        raw = await read_bytes(request, largest=1000)
        claim = claim_in(request, raw, scope=request.headers["x-who"])
        return await once(self.database.begin, claim, self.work, actor="test")

    async def between(self, request: Request) -> Response:
        """The key in one unit, the effect in another, the answer in a third."""
        raw = await read_bytes(request, largest=1000)
        claim = claim_in(request, raw, scope=request.headers["x-who"])

        async def work() -> dict[str, Any]:
            self.begun.set()
            await self.hold.wait()
            return await self.database.begin(self.work, actor="test")

        return await once_between_units(self.database.begin, claim, work, actor="test")

    def work(self, unit: UnitOfWork) -> dict[str, Any]:
        """A thing is bought."""
        if self.refusing:
            raise NotFound("sold out")
        return {"bought": add_parent(unit, f"thing {next(_NUMBERS)}")}


@pytest.fixture
def counter(scratch: Database) -> Counter:
    """Open, on both engines."""
    made = Counter(scratch)
    made.hold.set()
    return made


@pytest.fixture
async def client(counter: Counter) -> AsyncGenerator[httpx2.AsyncClient]:
    """A customer."""
    front = Front(Starlette(), lambda: NOW)
    front.add(
        (
            Endpoint("POST", "/at-once", counter.at_once, "Buy", "Test"),
            Endpoint("POST", "/between", counter.between, "Buy slowly", "Test"),
        ),
        render_partner,
    )
    async with serving(Envelope(front, renderer_for=lambda _: render_partner, clock=lambda: NOW)) as (
        url,
        transport,
    ):
        yield httpx2.AsyncClient(base_url=url, transport=transport, headers={"x-who": "me"})


both_ways = pytest.mark.parametrize("path", ["/at-once", "/between"])


async def buy(
    client: httpx2.AsyncClient, path: str, key: str | None = "key-1", body: bytes = b"{}", **headers: str
):
    """One purchase."""
    sent = {"idempotency-key": key, **headers} if key is not None else headers
    return await client.post(path, content=body, headers=sent)


@both_ways
async def test_a_repeat_gets_the_first_answer_and_says_so(
    client: httpx2.AsyncClient, counter: Counter, path: str
):
    first, again = await buy(client, path), await buy(client, path)
    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert len(await names(counter.database)) == 1


@both_ways
async def test_without_a_key_every_request_counts(client: httpx2.AsyncClient, counter: Counter, path: str):
    for key in (None, None, ""):
        assert (await buy(client, path, key)).status_code == 200
    assert len(await names(counter.database)) == 3


@both_ways
async def test_another_body_under_the_same_key_is_refused(
    client: httpx2.AsyncClient, counter: Counter, path: str
):
    await buy(client, path)
    answer = await buy(client, path, body=b'{"other": 1}')
    assert answer.status_code == 422
    assert answer.json()["error_code"] == "IDEMPOTENCY_KEY_REUSED"
    assert len(await names(counter.database)) == 1


async def test_another_path_under_the_same_key_is_refused(client: httpx2.AsyncClient):
    await buy(client, "/at-once")
    assert (await buy(client, "/between")).status_code == 422


@both_ways
async def test_a_refusal_is_not_stored_and_frees_the_key(
    client: httpx2.AsyncClient, counter: Counter, path: str
):
    counter.refusing = True
    assert (await buy(client, path)).status_code == 404
    counter.refusing = False
    answer = await buy(client, path)
    assert answer.status_code == 200
    assert "idempotent-replayed" not in answer.headers


async def test_keys_of_two_people_have_nothing_to_do_with_each_other(
    client: httpx2.AsyncClient, counter: Counter
):
    mine = await buy(client, "/at-once")
    yours = await buy(client, "/at-once", **{"x-who": "you"})
    assert mine.json() != yours.json()
    assert len(await names(counter.database)) == 2


async def test_while_the_first_runs_the_second_is_asked_to_come_back(
    client: httpx2.AsyncClient, counter: Counter
):
    counter.hold.clear()
    first = asyncio.create_task(buy(client, "/between"))
    await counter.begun.wait()
    second = await buy(client, "/between")
    assert second.status_code == 409
    assert second.json()["error_code"] == "REQUEST_STILL_RUNNING"
    assert int(second.headers["retry-after"]) > 0
    counter.hold.set()
    assert (await first).status_code == 200
    assert (await buy(client, "/between")).headers["idempotent-replayed"] == "true"
    assert len(await names(counter.database)) == 1


@both_ways
async def test_many_at_once_with_one_key_buy_one_thing(
    client: httpx2.AsyncClient, counter: Counter, path: str
):
    answers = await asyncio.gather(*(buy(client, path) for _ in range(12)))
    bought = {answer.text for answer in answers if answer.status_code == 200}
    assert len(bought) == 1
    assert {answer.status_code for answer in answers} <= {200, 409}
    assert len(await names(counter.database)) == 1


async def test_a_key_that_is_too_long_is_refused_by_name(client: httpx2.AsyncClient, counter: Counter):
    assert (await buy(client, "/at-once", "x" * 255)).status_code == 200
    answer = await buy(client, "/at-once", "x" * 256)
    assert answer.status_code == 422
    assert answer.json()["validation_errors"][0]["field"] == "Idempotency-Key"
