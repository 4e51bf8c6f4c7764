"""``makeline job | machine | outbox``: staff act beside the open database of a running shop."""

import asyncio

import pytest
from typer.testing import CliRunner

from makeline.cases.machines.queries import machine_called
from makeline.cases.production.print_partner import JobStep
from makeline.main.cli import cli
from tests.engines import on_sqlite
from tests.given import MACHINE, Given


@pytest.fixture
def staff(shop_url: str):
    """``await staff("job", "list")``: exit code and output of the command."""

    async def run(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(CliRunner().invoke, cli, words, env={"DATABASE_URL": shop_url})
        return done.exit_code, done.output

    return run


@on_sqlite
async def test_staff_print_a_failed_case_again(given: Given, staff):
    order, job = await given.sent_print()
    code, said = await staff("job", "reprint", order.number, "--reason", "why not")
    assert (code, "sent" in said) == (1, True)
    await given.print_notice(job.reference, JobStep.FAILED)
    code, said = await staff("job", "reprint", order.number, "--reason", "torn film", "--by", "Ann")
    assert (code, "attempt 2, queued" in said) == (0, True)
    _, listed = await staff("job", "list")
    assert order.number in listed
    assert "torn film" in listed
    assert "1 prints." in listed
    code, said = await staff("job", "priority", order.number, "1")
    assert (code, "priority 1" in said) == (0, True)
    code, said = await staff("job", "cancel", order.number, "--reason", "customer left")
    assert (code, "cancelled" in said) == (0, True)


@on_sqlite
async def test_staff_pause_a_machine_and_let_it_go_on(given: Given, staff):
    assert (await staff("machine", "pause", "NOWHERE", "--reason", "x"))[0] == 1
    assert (await staff("machine", "pause", MACHINE, "--reason", "being cleaned"))[0] == 0
    assert "being cleaned" in (await staff("machine", "list"))[1]
    assert (await staff("machine", "resume", MACHINE))[0] == 0
    assert "being cleaned" not in (await staff("machine", "list"))[1]


@on_sqlite
async def test_staff_say_by_which_clock_a_machines_customers_live(given: Given, staff):
    assert (await staff("machine", "zone", MACHINE, "Nowhere/At_All"))[0] == 1
    code, said = await staff("machine", "zone", MACHINE, "Asia/Hong_Kong")
    assert (code, "Asia/Hong_Kong" in said) == (0, True)


@on_sqlite
async def test_staff_say_where_a_machine_stands(given: Given, staff):
    for wrong in ("91", "ten", "NaN"):
        assert (await staff("machine", "place", MACHINE, "--latitude", wrong, "--longitude", "0"))[0] != 0
    code, said = await staff("machine", "place", MACHINE, "--latitude", "-33.8568", "--longitude", "151.2153")
    assert (code, "-33.8568, 151.2153" in said) == (0, True)
    machine = await given.database.read(lambda unit: machine_called(unit, MACHINE))
    assert machine is not None
    assert (machine.latitude, machine.longitude) == (-33_856_800, 151_215_300)


@on_sqlite
async def test_staff_see_dead_promises(given: Given, staff):
    assert "0 are dead." in (await staff("outbox", "dead"))[1]
    code, said = await staff("outbox", "retry", "7")
    assert (code, "7 is not dead." in said) == (1, True)


@on_sqlite
async def test_staff_give_money_back_and_make_an_address_void(given: Given, staff):
    order, job = await given.sent_print()
    code, said = await staff("order", "refunded", order.number, "--reason", "torn film")
    assert (code, "cancel it first" in said) == (1, True)
    await given.print_notice(job.reference, JobStep.CANCELLED)
    code, said = await staff("order", "refunded", order.number, "--reason", "torn film", "--by", "Ann")
    assert (code, "19.99 GBP" in said) == (0, True)
    code, said = await staff("order", "revoke-link", order.number)
    assert (code, "/o/" in said) == (0, True)
    assert (await staff("order", "revoke-link", "ORDER_99999999"))[0] == 1
