"""The one call that a sale makes to the outside: announced to the print partner, by the product's own client, and nothing else."""

import asyncio
import itertools
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import uvloop

from bench.case import Contender, Measure, Measurement, Role
from bench.cpu import Meter
from bench.disk import disk_folder
from bench.latency import percentile_ms
from bench.product import silent_partner
from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.simulator.settings import (
    BASE_PATH,
    DEMO_ACCOUNT,
    DEMO_KEY,
    DEMO_PASSWORD,
)
from makeline.cases.production.print_partner import Channel, PaymentAnnouncement
from makeline.foundation.logs import set_up_logs
from makeline.kernel.ids import dated
from makeline.kernel.money import Money

_CLIENTS = 8
# One that the simulated partner knows.
_MODEL = "MM1020250226000002"
_PRICE = Money(1999, "GBP")


def announcements() -> Contender:
    """Eight at a time over kept lines, to a partner in a process of its own."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with (
            disk_folder() as folder,
            silent_partner(folder) as partner,
            asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        ):
            # As a server runs: the client notes every call, and nobody writes it down.
            set_up_logs("warning", plain=False)
            address = f"http://127.0.0.1:{partner.port}{BASE_PATH}"
            client = PartnerClient(PartnerAccount(address, DEMO_ACCOUNT, DEMO_PASSWORD, DEMO_KEY))
            numbers = itertools.count(1)
            runner.run(_announce_all(client, numbers, 0.5))
            meter = Meter(partner.processes)
            yield lambda seconds: _round(runner, client, numbers, meter, seconds)
            runner.run(client.close())

    return Contender(Role.LIMIT, "its announcement alone", opened)


def _round(
    runner: asyncio.Runner, client: PartnerClient, numbers: Iterator[int], meter: Meter, seconds: float
) -> Measurement:
    meter.start()
    used, began = time.process_time(), time.perf_counter()
    waits = sorted(runner.run(_announce_all(client, numbers, seconds)))
    took, used = time.perf_counter() - began, time.process_time() - used
    cpu = {"process": used * 1e6 / len(waits), **meter.per_operation(len(waits))}
    return Measurement(len(waits), took, percentile_ms(waits, 50), percentile_ms(waits, 99), cpu)


async def _announce_all(client: PartnerClient, numbers: Iterator[int], seconds: float) -> list[float]:
    waits: list[float] = []
    until = time.perf_counter() + seconds
    today = datetime.now(UTC)

    async def announce() -> None:
        while (then := time.perf_counter()) < until:
            reference = dated("PYEN", next(numbers), today)
            await client.announce_payment(
                PaymentAnnouncement(reference, _MODEL, "BENCH", _PRICE, Channel.MACHINE)
            )
            waits.append(time.perf_counter() - then)

    await asyncio.gather(*(announce() for _ in range(_CLIENTS)))
    return waits
