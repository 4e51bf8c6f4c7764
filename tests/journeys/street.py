"""A whole shop on a street of its own: the application as it is wired for customers, a worker, the simulated print
partner with his machines, and the people who use them, all over real sockets."""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2

from makeline.adapters.print_partner.simulator import Simulator, SimulatorSettings, Switches, running
from makeline.foundation.clock import utc_clock
from makeline.foundation.settings import Settings
from makeline.foundation.web.side_server import listen
from makeline.main.app import create_app
from makeline.main.invariants import violations
from makeline.main.wiring import House, build_house
from tests.asking import MACHINE, Asking
from tests.people import key_of
from tests.web import LINK_KEY, serving, settings_of

PATIENCE = 20.0


class TravellingClock:
    """The time of this machine, and as much later as somebody wishes."""

    def __init__(self) -> None:
        self.ahead = timedelta(0)

    def __call__(self) -> datetime:
        return utc_clock() + self.ahead


@dataclass
class Street:
    """``kiosk`` is the machine's own computer, ``phone`` the customer's, ``printer`` the machine at the partner."""

    house: House
    clock: TravellingClock
    kiosk: httpx2.AsyncClient
    phone: httpx2.AsyncClient
    partner_settings: SimulatorSettings
    simulator: Simulator | None = None
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def asking(self) -> Asking:
        return Asking(self.house.database)

    @property
    def partner(self) -> Simulator:
        assert self.simulator is not None, "the partner is away"
        return self.simulator

    async def partner_opens(self) -> None:
        """The partner's server comes up, with all that he remembers."""
        self.simulator = await self._stack.enter_async_context(running(self.partner_settings))

    async def scan(self, machine: str = MACHINE) -> str:
        """The kiosk shows a code, the phone scans it and holds the session; answers the session's path."""
        created = await answer(self.kiosk.post("/api/vending/create-session", json={"machine_id": machine}))
        at = f"/api/vending/session/{created['session_id']}"
        joined = await answer(self.phone.post(f"{at}/register-user", json={"machine_id": machine}))
        self.phone.headers["authorization"] = f"Bearer {joined['client_token']}"
        return at

    async def design(self, at: str, photo: bytes, **order_data: Any) -> None:
        """The photograph goes up and becomes a design."""
        picture = await answer(self.phone.post(f"{at}/images", content=photo))
        wish = {
            "brand": "iphone",
            "model": "iPhone 15 Pro",
            "template": "classic",
            "text": "Make a wish",
            "font": "Pacifico",
            "colors": {"background": "#FFFFFF", "text": "#FFFFFF"},
            "images": [picture["image"]],
            **order_data,
        }
        body = {"order_data": wish, "payment_amount": 19.99, "currency": "GBP"}
        await answer(self.phone.post(f"{at}/order-summary", json=body))

    async def begin_payment(self, at: str) -> dict[str, Any]:
        """The customer goes to the terminal."""
        return await answer(self.phone.post(f"{at}/init-payment"))

    async def confirm(self, at: str) -> dict[str, Any]:
        """The machine's own terminal took the money."""
        body = {"payment_method": "card", "payment_amount": 19.99, "transaction_id": f"TXN_{at[-6:]}"}
        return await answer(self.kiosk.post(f"{at}/confirm-payment", json=body))

    async def at_terminal(self, third_id: str, action: str) -> None:
        """Somebody plays the customer at the partner's terminal."""
        async with httpx2.AsyncClient(trust_env=False) as hand:
            played = await hand.post(
                f"{self.partner.url}/terminal", json={"third_id": third_id, "action": action}
            )
            assert played.status_code == 200, played.text

    async def hold_card(self, at: str, action: str) -> dict[str, Any]:
        """Somebody holds a card to the terminal that the machine's screen offers."""
        key = await key_of(self.house.database)
        place = f"/v1/sessions/{at.rpartition('/')[2]}/terminal"
        shown = {"authorization": f"Bearer {key.text}"}
        return await answer(self.kiosk.post(place, json={"action": action}, headers=shown))

    async def status(self, at: str) -> dict[str, Any]:
        """What a poll of the session says."""
        return await answer(self.kiosk.get(f"{at}/status"))

    async def story(self, at: str) -> dict[str, Any]:
        """What the customer's phone is told."""
        return await answer(self.phone.get(f"/v1/sessions/{at.rpartition('/')[2]}/story"))

    async def until(self, ask: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
        """Ask again until it is enough."""
        latest: Any = None
        try:
            async with asyncio.timeout(PATIENCE):
                while not enough(latest := await ask()):
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"after {PATIENCE} s still {latest}") from None
        return latest

    async def until_handed_out(self, at: str) -> dict[str, Any]:
        """The customer has the case."""
        return await self.until(lambda: self.story(at), lambda story: story["order_status"] == "completed")

    async def until_quiet(self) -> None:
        """Every promise is kept and the partner has nothing left to do."""
        await self.until(self.asking.promises, lambda promises: all(state == "done" for _, state in promises))
        await self.until(self._partners_work, lambda left: not left)

    async def _partners_work(self) -> int:
        return len(self.partner.ledger.rows("SELECT 1 FROM work"))

    async def must_be_consistent(self, *, prints: int) -> None:
        """Nothing contradicts anything, here and at the partner; so many cases came out of his machines."""
        await self.until_quiet()
        assert await self.house.database.read(violations) == []
        rows = self.partner.ledger.rows
        printed = rows("SELECT * FROM prints")
        assert len(printed) == prints
        assert len({row["third_id"] for row in printed}) == prints
        assert rows("SELECT 1 FROM orders GROUP BY third_pay_id HAVING count(*) > 1") == []
        assert (
            rows(
                "SELECT o.third_id FROM orders o JOIN payments p ON p.third_id = o.third_pay_id WHERE p.status <> 3"
            )
            == []
        )
        assert rows("SELECT 1 FROM fetches WHERE problem IS NOT NULL OR http_status <> 200") == []
        assert rows("SELECT 1 FROM notices WHERE state <> 'accepted'") == []
        for row in printed:
            await self._is_our_picture(row)

    async def _is_our_picture(self, printed: Any) -> None:
        ours = await self.asking.printed(printed["third_id"])
        stored = await self.house.storage.get(ours.print_name)
        assert stored is not None
        assert printed["sha256"] == hashlib.sha256(stored).hexdigest()
        assert printed["design_hash"] == ours.design_hash
        assert (printed["width"], printed["height"]) == (ours.width_px, ours.height_px)
        assert printed["shell"] == ours.shell_id


async def answer(request: Any) -> dict[str, Any]:
    """The body of a success."""
    response: httpx2.Response = await request
    assert response.status_code == 200, (response.url, response.status_code, response.text)
    return response.json()


@asynccontextmanager
async def open_street(
    folder: Path,
    settings: dict[str, Any],
    *,
    partner_port: int,
    partner_is_open: bool = True,
    stripe_port: int = 0,
    **switches: Any,
) -> AsyncGenerator[Street]:
    """Application, worker and partner until the block ends; ``settings`` say where truth and files are kept.

    ``stripe_port``: where a simulated Stripe is open already.
    """
    listener = listen("127.0.0.1", 0)
    port = listener.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    clock = TravellingClock()
    houses: list[House] = []

    async def build(wanted: Settings) -> House:
        house = await build_house(wanted)
        house.database.clock = clock
        houses.append(house)
        return house

    usual = {
        "port": port,
        "data_dir": folder,
        "link_keys": LINK_KEY,
        "worker": "inside",
        "partner_simulator_port": partner_port,
        "partner_pause_seconds": 0.05,
        "partner_calls_per_second": 1000,
        "stripe_simulator_port": stripe_port,
    }
    app = create_app(settings_of(**usual, **settings), build=build)
    at_partner = SimulatorSettings(
        data_dir=folder / "partner",
        notify=url,
        port=partner_port,
        switches=Switches(profile="none").changed(switches),
    )
    browser = {"sec-fetch-site": "same-origin"}
    async with (
        serving(app, listener),
        httpx2.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False) as kiosk,
        httpx2.AsyncClient(base_url=url, timeout=PATIENCE, trust_env=False, headers=browser) as phone,
    ):
        street = Street(houses[-1], clock, kiosk, phone, at_partner)
        async with street._stack:
            if partner_is_open:
                await street.partner_opens()
            yield street
