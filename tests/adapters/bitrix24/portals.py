"""A running portal and a line to it, for tests."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from makeline.adapters.bitrix24.client import Client
from makeline.adapters.bitrix24.crm import BitrixCrm, ReadTables
from makeline.adapters.bitrix24.pace import Pace
from makeline.adapters.bitrix24.simulator.server import Portal, running
from makeline.adapters.bitrix24.simulator.settings import PortalSettings, Switches
from makeline.crm.gateway import Outcome, Push
from makeline.crm.records import Contact, Deal, Entity, Lead, ProductRow, Record, Step

US = "makeline-test"


class VirtualTime:
    """A clock that nobody waits for: sleeping moves it."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds

    def moment(self) -> datetime:
        """The same, as a database is told it."""
        return datetime.fromtimestamp(self(), UTC)


@dataclass
class Line:
    """A portal, our client of it, and the adapter above both."""

    portal: Portal
    client: Client
    crm: BitrixCrm
    time: VirtualTime

    def items(self, entity: Entity) -> list[dict[str, Any]]:
        kinds = {Entity.LEAD: 1, Entity.DEAL: 2, Entity.CONTACT: 3, Entity.COMPANY: 4}
        return list(self.portal.shelf.items[kinds[entity]].values())

    async def push(self, *pushes: Push) -> list[Outcome]:
        found: dict[int, Outcome] = {}
        async for part in self.crm.push(pushes):
            found.update(part)
        return [found[number] for number in range(len(pushes))]

    async def new(self, records: Sequence[Record]) -> list[Outcome]:
        return await self.push(*[Push(record, None) for record in records])


@asynccontextmanager
async def open_line(
    *,
    funnel: int = 0,
    time: VirtualTime | None = None,
    tables: ReadTables | None = None,
    **switches: Any,
) -> AsyncGenerator[Line]:
    """Real limits, and time that passes by sleeping."""
    time = time or VirtualTime()
    settings = PortalSettings(switches=Switches().changed(switches))
    async with running(settings, time) as portal:
        client = Client(portal.webhook_url, Pace(clock=time, sleep=time.sleep), patience=5.0)
        usual: dict[str, Any] = {"originator": US, "funnel": funnel, "mode": "simulated"}
        crm = BitrixCrm(client, **usual, tables=tables) if tables else BitrixCrm(client, **usual)
        try:
            yield Line(portal, client, crm, time)
        finally:
            await crm.close()


def contact(our_id: int = 1, **changes: Any) -> Contact:
    usual = {
        "full_name": "Anna Maria Example",
        "email": f"anna{our_id}@example.com",
        "phone": f"+44 20 7946 {our_id:04d}",
        "company": None,
    }
    return Contact(our_id, **{**usual, **changes})


def lead(our_id: int = 1, **changes: Any) -> Lead:
    usual = {"title": f"Call {our_id}", "name": "Bo", "phone": "12345", "comments": "", "step": Step.NEW}
    return Lead(our_id, **{**usual, **changes})


def deal(our_id: int = 1, **changes: Any) -> Deal:
    usual = {
        "title": f"Order {our_id}",
        "step": Step.NEW,
        "currency": "RUB",
        "rows": (ProductRow("Bracket", "10.00", 2),),
        "comments": "",
        "contact": None,
        "company": None,
    }
    return Deal(our_id, **{**usual, **changes})
