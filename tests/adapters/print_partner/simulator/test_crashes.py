"""As its own process it survives kill -9, stops politely, and goes on where it was."""

import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import asynccontextmanager

import pytest

from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.simulator.ledger import Ledger, LedgerTaken, read_ledger
from makeline.adapters.print_partner.simulator.server import running
from makeline.adapters.print_partner.simulator.settings import SimulatorSettings
from makeline.adapters.print_partner.simulator.shelf import load_shelf
from tests.adapters.print_partner.partner_stage import DEVICE, Stage, account
from tests.adapters.print_partner.receiver import receiving

SHELL = next(iter(load_shelf(None, ()).shells.values()))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


@asynccontextmanager
async def process(folder, port, notify, **switches):
    """A simulator of its own; whoever uses it ends it."""
    command = [
        *(sys.executable, "-m", "makeline.adapters.print_partner.simulator", "--port", str(port)),
        *("--notify", notify, "--data", str(folder), "--profile", "none", "--switches", json.dumps(switches)),
    ]
    running = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    )
    try:
        async with asyncio.timeout(20):
            assert b"simulated print partner on" in await running.stdout.readline()
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()
        running._transport.close()


async def test_what_was_answered_survives_kill_minus_nine_and_the_machine_goes_on(tmp_path):
    port = free_port()
    async with receiving() as receiver:
        base_url = f"http://127.0.0.1:{port}/mobileShell/en"
        client = PartnerClient(account(base_url))
        stage = Stage(client, None, receiver, SHELL)
        async with process(tmp_path, port, receiver.url, customer="walks_away") as first:
            payment = await stage.paid()
            order = stage.order(payment)
            receiver.pictures.clear()
            job = await client.submit(order)
            first.kill()
            await first.wait()
        stage.order(payment)
        async with process(tmp_path, port, receiver.url, customer="walks_away") as second:
            assert await client.submit(order) == job
            await receiver.until(lambda: 16 in receiver.statuses(order.reference))
            second.send_signal(signal.SIGTERM)
            async with asyncio.timeout(5):
                assert await second.wait() == 0
        await client.close()
    ledger = Ledger(tmp_path)
    judged = read_ledger(ledger, table=None, third_id=None, limit=100)
    ledger.close()
    assert [row["third_id"] for row in judged["prints"]] == [order.reference]
    assert judged["counts"]["payments"] == judged["counts"]["orders"] == 1
    assert judged["orders"][0]["told"] == 2
    assert judged["work"] == []


async def test_machines_that_are_killed_again_and_again_print_each_order_once(tmp_path):
    port = free_port()
    async with receiving() as receiver:
        client = PartnerClient(account(f"http://127.0.0.1:{port}/mobileShell/en"))
        stage = Stage(client, None, receiver, SHELL)
        orders = []
        for pause in (0.005, 0.03, 0.08):
            async with process(tmp_path, port, receiver.url, fetches=[1, 3]) as killed:
                new = [stage.order(await stage.paid()) for _ in range(8)]
                await asyncio.gather(*[client.submit(order) for order in new])
                orders += [order.reference for order in new]
                await asyncio.sleep(pause)
                killed.kill()
                await killed.wait()
        async with process(tmp_path, port, receiver.url):
            await receiver.until(lambda: all(16 in receiver.statuses(reference) for reference in orders))
        await client.close()
    ledger = Ledger(tmp_path)
    printed = [row["third_id"] for row in ledger.rows("SELECT third_id FROM prints")]
    ledger.close()
    assert sorted(printed) == sorted(orders)


async def test_two_simulators_do_not_share_a_folder(tmp_path):
    settings = SimulatorSettings(data_dir=tmp_path, port=0)
    async with running(settings):
        with pytest.raises(LedgerTaken, match="another simulator"):
            async with running(settings):
                raise AssertionError("the second one must not start")


async def test_without_an_address_to_notify_nothing_is_planned(tmp_path):
    async with running(SimulatorSettings(data_dir=tmp_path, port=0)) as simulator:
        assert simulator.workshop.condition(DEVICE) == "online"
        assert simulator.ledger.rows("SELECT * FROM work") == []
