"""The partner and everything around it, ready to be told how to behave."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import httpx2

from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.simulator import (
    DEMO_ACCOUNT,
    DEMO_KEY,
    DEMO_PASSWORD,
    Simulator,
    SimulatorSettings,
    Switches,
    running,
)
from makeline.adapters.print_partner.simulator.shelf import Shell
from makeline.cases.production.print_partner import Channel, PaymentAnnouncement, PrintOrder
from makeline.kernel.money import Money
from tests.adapters.print_partner.receiver import Receiver, png, receiving

DEVICE = "TEST_DEVICE_001"
_numbers = count(int(time.time()) % 100_000)


def payment_reference() -> str:
    return f"PYEN261121{next(_numbers):06d}"


def order_reference() -> str:
    return f"OREN261121{next(_numbers):06d}"


def account(base_url: str, **changes: str) -> PartnerAccount:
    fields = {"account": DEMO_ACCOUNT, "password": DEMO_PASSWORD, "key": DEMO_KEY, **changes}
    return PartnerAccount(base_url, **fields)


@dataclass
class Stage:
    """Client, simulator and receiver, with a shell to print on."""

    client: PartnerClient
    simulator: Simulator
    receiver: Receiver
    shell: Shell

    def turn(self, **switches) -> None:
        self.simulator.control.turn(switches)

    def announcement(self, reference: str | None = None, **changes) -> PaymentAnnouncement:
        fields = {
            "reference": reference or payment_reference(),
            "partner_model": self.shell.model,
            "device": DEVICE,
            "amount": Money(1999, "GBP"),
            "channel": Channel.MACHINE,
        }
        return PaymentAnnouncement(**{**fields, **changes})

    async def paid(self, **changes) -> str:
        """A payment that we confirmed ourselves."""
        announcement = self.announcement(channel=Channel.ONLINE, **changes)
        await self.client.announce_payment(announcement)
        await self.client.confirm_payment(announcement.reference)
        return announcement.reference

    def order(self, payment: str, reference: str | None = None, **changes) -> PrintOrder:
        fields = {
            "reference": reference or order_reference(),
            "payment_reference": payment,
            "partner_model": self.shell.model,
            "shell": self.shell.shell,
            "device": DEVICE,
            "picture_url": self.receiver.add_picture("final.png", png(*self.shell.canvas)),
        }
        return PrintOrder(**{**fields, **changes})

    async def ledger(self, **query) -> dict:
        """The ledger as anybody on this machine reads it."""
        async with httpx2.AsyncClient(trust_env=False) as http:
            return (await http.get(f"{self.simulator.url}/ledger", params=query)).json()

    async def until_done(self) -> None:
        """Until nothing is planned any more."""
        async with asyncio.timeout(8):
            while self.simulator.ledger.rows("SELECT 1 FROM work"):
                await asyncio.sleep(0.01)


@asynccontextmanager
async def staged(folder: Path, *, shells_file: Path | None = None, **switches) -> AsyncGenerator[Stage]:
    """A partner without delays, ours to be told things; ``shells_file`` replaces what he sells."""
    wanted = Switches(profile="none").changed(switches)
    async with receiving() as receiver:
        settings = SimulatorSettings(
            data_dir=folder, notify=receiver.url, port=0, switches=wanted, shells_file=shells_file
        )
        async with running(settings) as simulator:
            client = PartnerClient(account(simulator.base_url))
            shell = next(iter(simulator.workshop.shelf.shells.values()))
            try:
                yield Stage(client, simulator, receiver, shell)
            finally:
                await client.close()
