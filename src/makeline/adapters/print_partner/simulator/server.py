"""Putting the simulated partner together and letting it run, in this process or in its own."""

import asyncio
import contextlib
import random
import socket
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvloop

from makeline.adapters.print_partner.simulator.app import Door, make_app
from makeline.adapters.print_partner.simulator.assortment import Assortment
from makeline.adapters.print_partner.simulator.control import Control
from makeline.adapters.print_partner.simulator.customer import Customer
from makeline.adapters.print_partner.simulator.desk import Desk
from makeline.adapters.print_partner.simulator.forms import Call
from makeline.adapters.print_partner.simulator.ledger import Ledger
from makeline.adapters.print_partner.simulator.machine import Machine
from makeline.adapters.print_partner.simulator.messenger import Messenger
from makeline.adapters.print_partner.simulator.settings import BASE_PATH, SimulatorSettings
from makeline.adapters.print_partner.simulator.shelf import load_shelf
from makeline.adapters.print_partner.simulator.uploads import Uploads
from makeline.adapters.print_partner.simulator.work import Crew, Worker
from makeline.adapters.print_partner.simulator.workshop import Workshop
from makeline.foundation.web.side_server import WebServer, listen, serve_until_signalled, serving


@dataclass(frozen=True, slots=True)
class Simulator:
    """A running one. ``url`` is its root, ``base_url`` the base address of the protocol."""

    url: str
    workshop: Workshop
    control: Control
    calls: dict[str, Call]

    @property
    def ledger(self) -> Ledger:
        """Its memory, for tests in the same process."""
        return self.workshop.ledger

    @property
    def base_url(self) -> str:
        """What a client is configured with."""
        return self.url + BASE_PATH


def serve(settings: SimulatorSettings) -> None:
    """Run until SIGTERM or SIGINT; unfinished work stays in the ledger and is continued by the next one."""
    uvloop.run(_serve(settings))


async def _serve(settings: SimulatorSettings) -> None:
    async with _built(settings) as (simulator, server, listener):
        print(f"simulated print partner on {simulator.base_url}", flush=True)  # noqa: T201
        await serve_until_signalled(server, listener)


@asynccontextmanager
async def running(settings: SimulatorSettings) -> AsyncGenerator[Simulator]:
    """Run inside this event loop, for tests; port 0 takes a free one."""
    async with _built(settings) as (simulator, server, listener), serving(server, listener):
        yield simulator


@asynccontextmanager
async def _built(
    settings: SimulatorSettings,
) -> AsyncGenerator[tuple[Simulator, WebServer, socket.socket]]:
    async with contextlib.AsyncExitStack() as stack:
        listener = stack.enter_context(listen(settings.host, settings.port))
        ledger = stack.enter_context(contextlib.closing(Ledger(settings.data_dir)))
        workshop = Workshop(settings, ledger, load_shelf(settings.shells_file, settings.devices), time.time)
        chance = random.Random()
        crew = Crew(workshop)
        desk = Desk(workshop, rouse=crew.rouse)
        messenger = Messenger(workshop, rouse=crew.rouse, chance=chance)
        stack.push_async_callback(messenger.close)
        machine = Machine(workshop, messenger, chance=chance)
        stack.push_async_callback(machine.close)
        customer = Customer(workshop, messenger)
        control = Control(workshop, desk, customer)
        uploads = Uploads(settings.data_dir / "uploads")
        calls = {**desk.calls, **Assortment(workshop).calls}
        door = Door(
            workshop,
            calls=calls,
            knows_token=desk.knows_token,
            drops=control.drops_this_answer,
            uploads=uploads,
            chance=chance,
        )
        workers = {
            "customer": customer.act,
            "machine": machine.work,
            "fetch_again": machine.fetch_again,
            "notice": messenger.send,
        }
        await stack.enter_async_context(_at_work(crew, workers))
        host, port = listener.getsockname()[:2]
        server = WebServer(make_app(door, control, uploads))
        yield Simulator(f"http://{host}:{port}", workshop, control, calls), server, listener


@asynccontextmanager
async def _at_work(crew: Crew, workers: Mapping[str, Worker]) -> AsyncGenerator[None]:
    task = asyncio.create_task(crew.run(workers))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
