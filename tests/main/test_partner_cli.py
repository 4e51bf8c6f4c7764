"""``makeline partner``: keys are made beside a running server and act there at once."""

import asyncio
import re

import pytest
from typer.testing import CliRunner

from makeline.cases.machines.access import KEYS
from makeline.cases.machines.signatures import accept_signed_call
from makeline.kernel.signed_calls import SignedCall
from makeline.main.cli import cli
from tests.adapters.print_partner.routes.bodies import CREATE
from tests.engines import on_sqlite
from tests.given import MACHINE, Given
from tests.people import OTHER_MACHINE, key_of, second_machine
from tests.web import open_shop

KEY = re.compile(r"mk_[0-9A-Z]{8}_[0-9A-Z]{32}")
ABROAD = {"x-forwarded-for": "203.0.113.77"}


@pytest.fixture
def partner(shop_url: str):
    """``await partner("add", "NAME")``: the command, with a connection of its own to the very database of the test."""

    async def run(*words: str) -> tuple[int, str]:
        done = await asyncio.to_thread(
            CliRunner().invoke, cli, ["partner", *words], env={"DATABASE_URL": shop_url}
        )
        return done.exit_code, done.output

    return run


async def test_a_partner_is_added_gets_a_key_and_loses_it_while_the_server_runs(given: Given, partner):
    await second_machine(given.database)
    async with open_shop(given) as shop:
        assert (await partner("add", "north"))[0] == 0
        assert (await partner("machines", "north", OTHER_MACHINE))[0] == 0
        code, said = await partner("key", "north", "--scope", "sessions", "--days", "30")
        found = KEY.search(said)
        assert code == 0
        assert found, said
        north = shop.caller({"authorization": f"Bearer {found[0]}", **ABROAD})
        await _becomes(north, OTHER_MACHINE, 200)
        await _becomes(north, MACHINE, 404)
        listed = (await partner("keys", "north"))[1]
        assert found[0][:11] in listed
        assert found[0] not in listed
        assert (await partner("revoke", found[0][:11]))[0] == 0
        await _becomes(north, OTHER_MACHINE, 401)


@on_sqlite
async def test_a_limit_is_set_beside_the_server_and_taken_back(given: Given, partner):
    async with open_shop(given) as shop:
        assert "may call 7 times" in (await partner("limit", "demo", "7"))[1]
        await _limit_becomes(shop, "7")
        assert "usual limit" in (await partner("limit", "demo"))[1]
        await _limit_becomes(shop, "100000")
        assert (await partner("limit", "nobody", "7"))[0] == 1
        assert "None." in (await partner("calls", "demo"))[1]


@on_sqlite
async def test_signed_calls_are_listed_with_the_whole_hash_of_what_was_sent(given: Given, partner):
    issued = await key_of(given.database)
    key = next(known for known in await given.rows(KEYS) if known.prefix == issued.prefix)
    call = SignedCall("POST", CREATE, "", "1772625600", "nonce-01", b"{}")
    await given.database.begin(
        lambda unit: accept_signed_call(unit, key.id, call, address="203.0.113.77"), actor="test"
    )
    code, said = await partner("calls", "demo")
    assert code == 0
    assert f"{issued.prefix} POST {CREATE} from 203.0.113.77, 2 bytes" in said
    assert "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" in said


async def _limit_becomes(shop, limit: str) -> None:
    async with asyncio.timeout(5):
        while True:
            answer = await shop.operator.get("/api/chinese/models/stock-status")
            if answer.headers["ratelimit-limit"] == limit:
                return
            await asyncio.sleep(0.05)


@on_sqlite
async def test_networks_are_listed_shown_and_taken_away(given: Given, partner):
    async with open_shop(given) as shop:
        abroad = shop.caller(ABROAD)
        await _becomes(abroad, MACHINE, 401)
        _, said = await partner("networks", "demo", "203.0.113.0/24", "2001:db8::/48")
        assert said.split() == ["203.0.113.0/24", "2001:db8::/48"]
        await _becomes(abroad, MACHINE, 200)
        assert (await partner("networks", "demo"))[1].split() == said.split()
        assert (await partner("networks", "demo", "--none"))[1] == ""
        await _becomes(abroad, MACHINE, 401)


@on_sqlite
async def test_what_cannot_be_is_one_sentence(given: Given, partner):
    for words, said in (
        (("add", "demo"), "already"),
        (("key", "nobody"), "no partner nobody"),
        (("key", "demo", "--scope", "money"), "one of pay"),
        (("key", "demo", "--machine", "VM_NOWHERE"), "no machine"),
        (("networks", "demo", "0.0.0.0/0"), "too wide"),
        (("networks", "demo", "here"), "203.0.113.0/24"),
    ):
        code, text = await partner(*words)
        assert code == 1, text
        assert said in " ".join(text.split())
        assert "Traceback" not in text


async def _becomes(client, machine: str, status: int) -> None:
    """A change made beside the server is heard within half a second."""
    async with asyncio.timeout(5):
        while (answer := await client.post(CREATE, json={"machine_id": machine})).status_code != status:
            assert answer.status_code in (200, 401), answer.text
            await asyncio.sleep(0.02)
