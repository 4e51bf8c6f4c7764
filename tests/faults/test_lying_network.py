"""R14: the network lies on one link after the other while people buy: late, narrow, cut, reset, half-open, twice."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from makeline.foundation.dispatch import depths
from makeline.foundation.postgres_connections import Connections
from makeline.foundation.postgres_database import DatabaseAway, PostgresDatabase
from makeline.foundation.shared_limits import SharedLimiter
from makeline.main.invariants import violations
from makeline.main.subscriptions import PROMISES
from tests.adapters.drawing.sample_pictures import photo, written
from tests.adapters.stripe.stripes import StripeLine, open_stripe
from tests.faults.conftest import Figures
from tests.faults.customers import Away, Crowd, Line, Unanswered
from tests.faults.floor import usual_shell
from tests.faults.kept import drain, kept, lost
from tests.faults.partner_judge import complaints, our_prints
from tests.faults.shop import Shop, until
from tests.faults.test_web_purchases_race import WIDE_LIMITS, keep_asking, load, must_be_one_of_each
from tests.journeys.street import open_street
from tests.journeys.web_guest import Guest, designed
from tests.servers.relay import Fault, Relay
from tests.servers.valkey import start_valkey

SEED = 14
CUSTOMERS = 4
# A repeated question makes sense where one question is one message; elsewhere bytes come late instead.
_EVERYWHERE = tuple(fault for fault in Fault if fault not in (Fault.TWICE, Fault.LATE))
FAULTS = {
    "database": (*_EVERYWHERE, Fault.LATE),
    "limits": (*_EVERYWHERE, Fault.LATE),
    "partner": (*_EVERYWHERE, Fault.TWICE),
}
_PATIENCE = 240.0
_BESIDE = "/live"  # it has no part in what is broken


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """The long form is for the night; by day two combinations stand below."""
    night = metafunc.config.getoption("--night")
    if "link" in metafunc.fixturenames:
        metafunc.parametrize("link", FAULTS if night else [])
    elif "gateway_fault" in metafunc.fixturenames:
        metafunc.parametrize("gateway_fault", [(*_EVERYWHERE, Fault.TWICE)] if night else [], ids=["stripe"])


@dataclass
class Buying:
    """Customers of one shop who come back until they are served, and what they met."""

    shop: Shop
    crowd: Crowd
    errors: int = 0
    last_error: float = 0.0
    waits: list[float] = field(default_factory=list)

    async def customers(self) -> None:
        await asyncio.gather(*(self._queue() for _ in range(CUSTOMERS)))

    async def _queue(self) -> None:
        line = Line(self.shop.ports[0])
        while (purchase := self.crowd.next()) is not None:
            deadline = time.monotonic() + _PATIENCE
            while not purchase.over:
                try:
                    await purchase.go_on(line)
                except (Away, Unanswered):
                    self.errors += 1
                    self.last_error = time.monotonic()
                    assert self.last_error < deadline, f"nobody serves {purchase}"
                    await asyncio.sleep(0.1)
        line.hang_up()

    async def look_beside(self) -> None:
        """How long a path takes that has nothing to do with the link."""
        async with httpx2.AsyncClient(base_url=self.shop.address(0), timeout=60, trust_env=False) as http:
            while True:
                began = time.monotonic()
                assert (await http.get(_BESIDE)).status_code == 200
                self.waits.append(time.monotonic() - began)
                await asyncio.sleep(0.05)

    def beside(self) -> float:
        """The slowest but one in a hundred since the last look."""
        waits, self.waits = sorted(self.waits), []
        return waits[int(len(waits) * 0.99) - 1] if waits else 0.0


@pytest.fixture
async def between(postgres_again: str, tmp_path: Path) -> AsyncIterator[dict[str, Any]]:
    """A shop whose links all lead over relays."""
    chance = random.Random(SEED)
    url = postgres_again
    shop = Shop(url, tmp_path)
    process, valkey = start_valkey(tmp_path / "valkey")
    place, _, name = url.rpartition("/")
    async with AsyncExitStack() as stack:
        stack.callback(process.kill)
        stack.callback(shop.close)
        ports = {
            "database": int(place.rpartition(":")[2]),
            "limits": valkey.port,
            "partner": shop.partner_port,
        }
        relays = {
            link: await stack.enter_async_context(Relay(port, chance=chance)) for link, port in ports.items()
        }
        await shop.furnish()
        shop.partner_door = relays["partner"].port
        shop.env = {
            "DATABASE_URL": f"{place.rpartition(':')[0]}:{relays['database'].port}/{name}",
            "VALKEY_URL": f"valkey://127.0.0.1:{relays['limits'].port}",
            "DELIVERY_LEASE_SECONDS": "10",
        }
        shop.start_partner()
        shop.start_server()
        # The relays are here, so nothing here may wait for what comes over them.
        await asyncio.to_thread(shop.wait)
        shop.fill_partner(await shop.ask(usual_shell))
        yield {"shop": shop, **relays}


@pytest.mark.timeout(3600)
async def test_each_fault_of_a_link_costs_patience_and_no_order(
    link: str, between: dict[str, Any], rounds: Callable[[int, int], int], figures: Figures
):
    relay: Relay = between[link]
    buying = Buying(between["shop"], Crowd(written(photo((300, 600)), "PNG"), random.Random(SEED)))
    shopping = asyncio.create_task(buying.customers())
    looking = asyncio.create_task(buying.look_beside())
    recoveries, ratios = [], []
    for fault in FAULTS[link]:
        await _served(buying, shopping, 30)
        usual = buying.beside()
        relay.fault, struck = fault, relay.struck
        await asyncio.wait({shopping, looking}, timeout=rounds(3, 45))
        assert relay.struck > struck, fault
        meanwhile = buying.beside()
        assert meanwhile < max(3 * usual, 0.5), (
            f"{fault}: others take {meanwhile:.2f} s, usually {usual:.2f} s"
        )
        ratios.append(meanwhile / usual)
        relay.mend()
        mended = time.monotonic()
        await _served(buying, shopping, 30)
        recoveries.append(max(0.0, buying.last_error - mended))
    buying.crowd.newcomers = False
    await shopping
    looking.cancel()
    await drain(buying.shop)
    ask = buying.shop.ask
    assert not lost(buying.crowd, await ask(kept))
    assert not await ask(violations)
    assert not complaints(buying.shop.ledger_path, await ask(our_prints), drained=True)
    figures(
        f"R14 {link}: {len(recoveries)}/{len(FAULTS[link])} faults under {CUSTOMERS} customers, "
        f"{len(buying.crowd.came)} sessions, {buying.crowd.acknowledged} acknowledged writes, 0 lost, 0 double; "
        f"{buying.errors} calls refused or unanswered, the last {max(recoveries):.1f} s after a fault ended; "
        f"another path's p99 at most {max(ratios):.1f} times the usual",
        seed=SEED,
    )


@pytest.mark.timeout(3600)
async def test_each_fault_of_the_line_to_stripe_delays_a_purchase_and_takes_its_money_once(
    gateway_fault: tuple[Fault, ...],
    postgres_again: str,
    free_port: Callable[[], int],
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    figures: Figures,
):
    settings = {"database_url": postgres_again, **WIDE_LIMITS}
    bought: list[Bought] = []
    async with (
        open_stripe(copies=2) as stripe,
        Relay(int(stripe.simulator.url.rpartition(":")[2]), chance=random.Random(SEED)) as relay,
        open_street(tmp_path, settings, partner_port=free_port(), stripe_port=relay.port) as street,
    ):
        stripe.simulator.events.url = f"{street.house.settings.own_url}/stripe/webhook"
        street.kiosk.timeout = stripe.customer.timeout = _PATIENCE
        await load(street, 10_000)
        guest = await designed(street, written(photo((1600, 1200)), "JPEG", quality=85))
        asking = asyncio.create_task(keep_asking(street, []))
        recoveries = []
        for fault in gateway_fault:
            relay.fault, struck = fault, relay.struck
            until_then = time.monotonic() + rounds(3, 45)
            customers = [
                asyncio.create_task(_buy_until(until_then, guest, stripe, bought)) for _ in range(CUSTOMERS)
            ]
            await asyncio.wait(customers, timeout=rounds(3, 45))
            await until(_struck(relay, struck), patience=_PATIENCE, what=f"a call that meets {fault}")
            relay.mend()
            mended = time.monotonic()
            await asyncio.gather(*customers)
            recoveries.append(time.monotonic() - mended)
        await stripe.simulator.events.all_sent()
        asking.cancel()
        # Who came again took a page that was opened for him while nobody heard of it.
        await street.must_be_consistent(prints=len(bought))
        for one in bought:
            await must_be_one_of_each(street, stripe, one)
    refused = sum(one.refused for one in bought)
    figures(
        f"R14 stripe: {len(recoveries)}/{len(gateway_fault)} faults under {CUSTOMERS} customers, {len(bought)} purchases, each one "
        f"order, one capture, one print; {refused} calls refused; everybody was served {max(recoveries):.1f} s after a fault at most",
        seed=SEED,
    )


def _struck(relay: Relay, before: int) -> Callable[[], Awaitable[bool]]:
    async def ask() -> bool:
        return relay.struck > before

    return ask


@dataclass
class Bought:
    """A purchase that came to its end."""

    order: dict[str, Any]
    page: str
    refused: int


async def _buy_until(end: float, guest: Guest, stripe: StripeLine, bought: list[Bought]) -> None:
    """One purchase after the other; the last one that was begun is brought to its end."""
    kiosk = guest.street.kiosk
    while time.monotonic() < end:
        order = await guest.orders()
        at, refused = f"/v1/shop/orders/{order['order_token']}", 0
        async with asyncio.timeout(_PATIENCE):
            while (page := await kiosk.post(f"{at}/checkout")).status_code != 200:
                assert page.status_code == 503, page.text
                refused += 1
                await asyncio.sleep(0.5)
            one = Bought(order, page.json()["checkout_url"].rpartition("/")[2], refused)
            await stripe.chosen(one.page, "wallet")
            while (await kiosk.get(at)).json()["phase"] != "made":
                await asyncio.sleep(0.3)
        bought.append(one)


async def _served(buying: Buying, shopping: asyncio.Task[None], more: int) -> None:
    wanted = buying.crowd.acknowledged + more

    async def enough() -> bool:
        if shopping.done():
            await shopping
        return buying.crowd.acknowledged >= wanted

    await until(enough, patience=_PATIENCE, what="customers served")


async def test_an_answer_of_the_database_that_breaks_off_is_a_refusal_and_the_next_call_is_served(
    postgres_again: str, clock: Any
):
    place, _, name = postgres_again.rpartition("/")
    async with Relay(int(place.rpartition(":")[2]), chance=random.Random(SEED)) as relay:
        url = f"{place.rpartition(':')[0]}:{relay.port}/{name}"
        database = await PostgresDatabase(url, PROMISES, clock, lent=Connections(url, most=2)).start()
        for fault in (Fault.RESET, Fault.CUT, Fault.REFUSED):
            relay.fault = fault
            with pytest.raises(DatabaseAway):
                # Refusing touches new connections alone, so the others go first.
                for _ in range(3):
                    await database.read(depths)
                    relay.cut()
                    relay.mend()
                    relay.fault = fault
            relay.mend()
            await database.read(depths)
        await database.close()


async def test_a_half_open_line_to_the_store_of_limits_keeps_nobody_waiting(tmp_path: Path):
    process, server = start_valkey(tmp_path / "valkey")
    with process:
        async with Relay(server.port) as relay:
            limiter = SharedLimiter(f"valkey://127.0.0.1:{relay.port}", processes=4, clock=lambda: 1.7e9)
            assert (await limiter.hit("address", "anna", 40)).admitted
            relay.fault = Fault.HALF_OPEN
            began = time.monotonic()
            admitted = [(await limiter.hit("address", "anna", 40)).admitted for _ in range(40)]
            assert time.monotonic() - began < 5, "it was asked again and again"
            # Each process takes its part of what is left.
            assert admitted.count(True) <= 39 // 4 + 1
            await limiter.close()
