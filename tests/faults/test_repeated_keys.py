"""R11: callers who lose their answer ask again under the same key, and servers die between effect and answer."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bench.client import Connection, request
from makeline.cases.kiosk.models import kiosk_sessions, receipts
from makeline.commerce.payments.models import payments
from makeline.foundation.statements import Query
from makeline.main.invariants import violations
from tests.engines import one_engine_by_day
from tests.fakes import MemoryStorage, PlainPartner, PlainRenderer, StandingClock
from tests.faults.conftest import Figures
from tests.faults.customers import PRICE, Line, Unanswered
from tests.faults.floor import WIDE
from tests.faults.shop import Shop, side_by_side, until
from tests.given import Given

CALLERS = 12
COPIES = 4
SEED = 11
CREATE = "/api/vending/create-session"
# Of so many keys one confirms a payment; the others open sessions.
_PAYING = 10

_SESSIONS: Query[tuple[str, Any]] = Query(select(kiosk_sessions.c.key, kiosk_sessions.c.details), tuple)
_RECEIPTS: Query[tuple[str, int]] = Query(
    select(receipts.c.transaction_id, func.count()).group_by(receipts.c.transaction_id), tuple
)
_PAYMENTS: Query[tuple[int]] = Query(select(func.count()).select_from(payments), tuple)


@dataclass
class Asked:
    """One call under a key of its own, and what was answered to it, however often it was asked."""

    key: str
    path: str
    body: dict[str, Any]
    answers: set[str] = field(default_factory=set)
    repeats: int = 0

    def bytes(self) -> bytes:
        """The request as it is sent."""
        return request(
            "POST", self.path, body=json.dumps(self.body).encode(), headers={"idempotency-key": self.key}
        )


@dataclass
class Counts:
    """What happened, for the report."""

    hung_up: int = 0
    at_once: int = 0
    asked_to_wait: int = 0
    refused: int = 0


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    one_engine_by_day(metafunc, "postgresql")


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest, shop_urls: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Shop]:
    async with side_by_side(shop_urls(request.param), tmp_path) as shop:
        yield shop


@pytest.mark.timeout(3600)
async def test_a_key_has_one_effect_and_one_answer_whoever_hangs_up_repeats_or_dies(
    shop: Shop, rounds: Callable[[int, int], int], figures: Figures
):
    number, kills = rounds(40, 5000), rounds(1, 10)
    asked = await _calls(shop, number)
    counts, chance = Counts(), random.Random(SEED)
    waiting = iter(asked)
    callers = asyncio.gather(
        *(_one_after_the_other(shop, turn, waiting, counts, chance) for turn in range(CALLERS))
    )
    for kill in range(kills):
        await _half_way(asked, number * (kill + 1) // (kills + 1))
        shop.kill("server-0")
        await asyncio.to_thread(shop.restart_server)
    await callers
    assert [call.key for call in asked if len(call.answers) != 1] == []
    await _every_effect_is_there_once(shop, asked)
    assert counts.refused == number
    repeats = sum(call.repeats for call in asked)
    figures(
        f"R11 {shop.engine}: {number} keys over {len(shop.ports)} servers, {kills} kills, {counts.hung_up} hung up "
        f"after sending, {counts.at_once} sent {COPIES} times at once, {repeats} repeats, {counts.asked_to_wait} asked "
        f"to wait; 0 double, 0 lost, {counts.refused} of {number} other bodies refused",
        seed=SEED,
    )


async def _calls(shop: Shop, number: int) -> list[Asked]:
    to_pay = await _sessions_to_pay(shop, number // _PAYING)
    asked = [_opening(turn) for turn in range(number - len(to_pay))]
    asked += [_confirming(session) for session in to_pay]
    random.Random(number).shuffle(asked)
    return asked


def _opening(turn: int) -> Asked:
    return Asked(f"open-{turn}", CREATE, {"machine_id": WIDE, "metadata": {"turn": turn}})


def _confirming(session: str) -> Asked:
    body = {"payment_method": "card", "payment_amount": PRICE, "transaction_id": f"T-{session[-8:]}"}
    return Asked(f"confirm-{session}", f"/api/vending/session/{session}/confirm-payment", body)


async def _sessions_to_pay(shop: Shop, number: int) -> list[str]:
    database = await shop.database()
    # Their clock is the servers' clock: a session whose time is over takes no payment at its price any more.
    clock = StandingClock(database.clock())
    given = Given(database, clock, MemoryStorage(), PlainRenderer(), PlainPartner())
    sessions = [(await given.session_to_pay(WIDE)).key for _ in range(number)]
    await database.close()
    return sessions


async def _half_way(asked: list[Asked], wanted: int) -> None:
    async def answered() -> bool:
        return sum(1 for call in asked if call.answers) >= wanted

    await until(answered, patience=300, what=f"{wanted} keys answered")


async def _one_after_the_other(
    shop: Shop, turn: int, waiting: Iterator[Asked], counts: Counts, chance: random.Random
) -> None:
    lines = [Line(port) for port in shop.ports]
    for call in waiting:
        way = chance.random()
        if way < 0.4:
            counts.hung_up += 1
            await _hang_up_after_sending(shop.ports[turn % len(lines)], call, chance.uniform(0, 0.004))
        elif way < 0.7:
            counts.at_once += 1
            copies = [Line(chance.choice(shop.ports)) for _ in range(COPIES)]
            await asyncio.gather(*(_until_answered([line], call, counts, 0) for line in copies))
            for line in copies:
                line.hang_up()
        await _until_answered(lines, call, counts, turn)
        status, refusal = await _told(lines, {**call.body, "metadata": {"turn": "another"}}, call, turn)
        assert (status, refusal["error_code"]) == (422, "IDEMPOTENCY_KEY_REUSED"), refusal
        counts.refused += 1
    for line in lines:
        line.hang_up()


async def _hang_up_after_sending(port: int, call: Asked, seconds: float) -> None:
    try:
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(Connection, "127.0.0.1", port)
    except OSError:
        return
    sending = asyncio.create_task(connection.send(call.bytes()))
    await asyncio.wait({sending}, timeout=seconds)
    connection.close()
    await asyncio.wait({sending})
    # Whatever it was, nobody read it.
    sending.exception()


async def _until_answered(lines: list[Line], call: Asked, counts: Counts, turn: int) -> None:
    """Ask until there is an answer; it is the same every time."""
    while True:
        call.repeats += 1
        status, answer = await _told(lines, call.body, call, turn)
        if answer.get("error_code") == "REQUEST_STILL_RUNNING":
            counts.asked_to_wait += 1
            await asyncio.sleep(0.02)
            continue
        assert status == 200, answer
        call.answers.add(json.dumps(answer, sort_keys=True))
        return


async def _told(
    lines: list[Line], body: dict[str, Any], call: Asked, turn: int
) -> tuple[int, dict[str, Any]]:
    """From whichever server answers; a dead one is up again soon."""
    for attempt in range(2000):
        try:
            return await lines[(turn + attempt) % len(lines)].call("POST", call.path, body, key=call.key)
        except Unanswered:
            await asyncio.sleep(0.02)
    raise AssertionError("nobody answers")


async def _every_effect_is_there_once(shop: Shop, asked: list[Asked]) -> None:
    sessions = await shop.ask(lambda unit: unit.all(_SESSIONS))
    opened = [call for call in asked if call.path == CREATE]
    told = {json.loads(next(iter(call.answers)))["session_id"]: call.body["metadata"] for call in opened}
    assert {key: details for key, details in sessions if details.get("turn") is not None} == told
    assert len(told) == len(opened)
    paid = [call.body["transaction_id"] for call in asked if call.path != CREATE]
    assert dict(await shop.ask(lambda unit: unit.all(_RECEIPTS))) == dict.fromkeys(paid, 1)
    assert (await shop.ask(lambda unit: unit.all(_PAYMENTS))) == [(len(paid),)]
    assert not await shop.ask(violations)
