"""R10 once more, as it is in life: forty phones on their own connections, and on PostgreSQL two web servers."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from makeline.main.invariants import violations
from tests.adapters.drawing.sample_pictures import photo, written
from tests.engines import one_engine_by_day
from tests.faults.conftest import Figures
from tests.faults.customers import ORDER, PRICE, Line
from tests.faults.floor import WIDE
from tests.faults.shop import Shop, side_by_side

BUYERS = 40
BLANKS = 10
SUMMARY = {"order_data": ORDER, "payment_amount": PRICE}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    one_engine_by_day(metafunc, "sqlite")


@pytest.fixture
async def shop(
    request: pytest.FixtureRequest, shop_urls: Callable[[str], str], tmp_path: Path
) -> AsyncIterator[Shop]:
    async with side_by_side(shop_urls(request.param), tmp_path, room=50, blanks=BLANKS) as shop:
        yield shop


async def test_of_forty_phones_ten_get_the_last_ten_blanks(shop: Shop, figures: Figures):
    picture = written(photo((300, 600)), "PNG")
    await _look_around(shop, picture)
    start = asyncio.Barrier(BUYERS)
    uploads = asyncio.Semaphore(8)
    buyers = (_buy(shop, number, picture, uploads, start) for number in range(BUYERS))
    outcomes = await asyncio.gather(*buyers)
    assert (outcomes.count("sold"), outcomes.count("OUT_OF_STOCK")) == (BLANKS, BUYERS - BLANKS), outcomes
    assert not await shop.ask(violations)
    servers = f"{len(shop.ports)} servers"
    figures(
        f"R10 {shop.engine} over sockets: {BUYERS} buyers with phones at {servers} for {BLANKS} blanks, 0 oversold"
    )


async def _look_around(shop: Shop, picture: bytes) -> None:
    """Somebody who makes the same design first and leaves: nobody in the crowd has to wait for the renderer."""
    line = Line(shop.ports[0])
    at = await _enter(line, picture)
    assert (await line.call("POST", f"{at}/order-summary", SUMMARY))[0] == 200
    assert (await line.call("DELETE", at))[0] == 200
    line.hang_up()


async def _buy(
    shop: Shop, number: int, picture: bytes, uploads: asyncio.Semaphore, start: asyncio.Barrier
) -> str:
    """Everybody has his picture there before anybody asks for a blank."""
    line = Line(shop.ports[number % len(shop.ports)])
    try:
        async with uploads:
            at = await _enter(line, picture)
        await start.wait()
        status, answer = await line.call("POST", f"{at}/order-summary", SUMMARY)
        if status != 200:
            return answer["error_code"]
        money = {"payment_method": "card", "payment_amount": PRICE, "transaction_id": f"T{number}"}
        status, answer = await line.call("POST", f"{at}/confirm-payment", money)
        return "sold" if status == 200 else f"{status} {answer}"
    finally:
        line.hang_up()


async def _enter(line: Line, picture: bytes) -> str:
    """A session with a picture; returns its address."""
    _, opened = await line.call("POST", "/api/vending/create-session", {"machine_id": WIDE})
    at = f"/api/vending/session/{opened['session_id']}"
    assert (await line.call("POST", f"{at}/images", raw=picture))[0] == 200
    return at
