"""No line of the log carries the id of another request, however many are served at once and whatever they start."""

import asyncio
import json
from collections.abc import MutableMapping
from typing import Any

import httpx2
import structlog

from makeline.cases.machines.refusal_book import RefusalBook
from makeline.cases.machines.refused_calls import RefusedCall
from makeline.commerce.files.accesses import AccessBook
from makeline.commerce.files.links import Audience
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.envelope import Envelope
from makeline.foundation.web.refusals import render_service
from tests.given import Given
from tests.web import serving

_REQUESTS = 60
Line = MutableMapping[str, Any]


def _kept_lines() -> list[Line]:
    """Every line that is logged from now on, as our logs would write it."""
    lines: list[Line] = []

    def keep(_logger: Any, _name: str, event: Line) -> Line:
        lines.append(dict(event))
        raise structlog.DropEvent

    structlog.configure(processors=[structlog.contextvars.merge_contextvars, keep])
    return lines


async def test_lines_of_requests_served_at_once_carry_their_own_ids(given: Given):
    lines = _kept_lines()
    log = structlog.get_logger()

    async def stumble(scope: Any, receive: Any, send: Any) -> None:
        """Writes in the database, asks it, hands on to a task and breaks: each step leaves a line."""
        mine = scope["path"][1:]

        def write(unit: UnitOfWork) -> None:
            log.info("written", mine=mine)
            unit.touch(f"probe {mine}")

        async def later() -> None:
            await asyncio.sleep(0)
            log.info("handed on", mine=mine)

        log.info("begun", mine=mine)
        await given.database.begin(write, actor="test")
        await asyncio.create_task(later())
        raise RuntimeError(mine)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await stumble(scope, receive, send)

    envelope = Envelope(app, renderer_for=lambda _path: render_service, clock=given.clock)
    async with (
        serving(envelope) as (url, transport),
        httpx2.AsyncClient(base_url=url, transport=transport) as client,
    ):
        # Kept connections serve several requests each, and every answer is a 500 with two lines of its own.
        for _ in range(2):
            asked = [client.get(f"/{at}", headers={"x-request-id": f"id-{at}"}) for at in range(_REQUESTS)]
            answers = await asyncio.gather(*asked)
    assert {answer.json()["details"]["request_id"] for answer in answers} == {
        f"id-{at}" for at in range(_REQUESTS)
    }
    assert len(lines) == 2 * _REQUESTS * 5, len(lines)
    for line in lines:
        mine = line["mine"] if "mine" in line else line["path"][1:]
        assert line["request_id"] == f"id-{mine}", json.dumps(line, default=str)


async def test_what_is_done_for_many_requests_speaks_in_the_name_of_none(given: Given):
    lines = _kept_lines()

    async def fails(_work: Any, *, actor: str) -> Any:
        raise ConnectionError(actor)

    refusals, accesses = RefusalBook(fails, pause=0.001), AccessBook(fails, b"k" * 32, pause=0.001)
    call = RefusedCall(
        1, None, True, given.clock(), "GET", "/v1/partner/check", 401, "AUTHENTICATION_REQUIRED", None, "", {}
    )
    seen: list[str | None] = []
    with structlog.contextvars.bound_contextvars(request_id="of-somebody"):
        refusals.note(call)
        accesses.note(1, Audience.CUSTOMER, "203.0.113.9", given.clock())
        # The first who writes wakes the writer up; those of nobody come after him in the same group.
        await given.database.begin(lambda unit: seen.append(unit.request_id), actor="test")
    await asyncio.gather(
        refusals.settle(),
        accesses.settle(),
        *(given.database.begin(lambda unit: seen.append(unit.request_id), actor="test") for _ in range(3)),
    )
    assert seen == ["of-somebody", None, None, None]
    assert sorted(line["event"] for line in lines) == ["accesses_not_kept", "refusals_not_kept"]
    assert not [line for line in lines if "request_id" in line], lines
