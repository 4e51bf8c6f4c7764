"""A code that staff reads out becomes the machine's own key: once, soon, and not by guessing."""

import asyncio

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from makeline.cases.machines.enrol import (
    NobodysMachine,
    enrol_machine,
    forget_old_codes,
    make_enrolment_code,
)
from makeline.cases.machines.models import enrolment_codes
from makeline.cases.machines.queries import machine_called
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.cli import cli
from tests.adapters.print_partner.routes.bodies import CREATE, bad_fields, refused
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.given import Given
from tests.people import OTHER_MACHINE, second_machine
from tests.web import OpenShop, open_shop

ENROL = "/v1/machines/enrol"
_KEPT: Query[tuple[str, ...]] = Query(select(enrolment_codes), tuple)


async def _code(given: Given, key: str = MACHINE) -> str:
    def make(unit: UnitOfWork) -> str:
        machine = machine_called(unit, key)
        assert machine is not None
        return make_enrolment_code(unit, machine)

    return await given.database.begin(make, actor="test")


async def _status(shop: OpenShop, code: str) -> int:
    return (await shop.stranger.post(ENROL, json={"code": code})).status_code


async def test_a_code_becomes_a_key_for_that_machine_alone_and_is_gone(given: Given):
    await second_machine(given.database)
    code = await _code(given)
    assert code not in str(await given.rows(_KEPT))
    async with open_shop(given) as shop:
        answer = await shop.stranger.post(ENROL, json={"code": code})
        assert answer.status_code == 200, answer.text
        assert answer.headers["cache-control"] == "no-store"
        told = answer.json()
        assert told["machine_id"] == MACHINE
        assert told["signing_secret"].startswith("ms_")
        machine = shop.caller(
            {"authorization": f"Bearer {told['api_key']}", "x-forwarded-for": "203.0.113.5"}
        )
        assert (await machine.post(CREATE, json={"machine_id": MACHINE})).status_code == 200
        assert (await machine.post(CREATE, json={"machine_id": OTHER_MACHINE})).status_code == 404
        refused(await shop.stranger.post(ENROL, json={"code": code}), 401, "AUTHENTICATION_REQUIRED")


async def test_of_many_who_type_it_at_once_one_gets_the_key(given: Given):
    code = await _code(given)
    async with open_shop(given, limit_enrolment=100) as shop:
        assert sorted(await asyncio.gather(*(_status(shop, code) for _ in range(8)))) == [200] + [401] * 7


async def test_a_code_is_good_for_a_quarter_of_an_hour(given: Given):
    code = await _code(given)
    async with open_shop(given) as shop:
        given.clock.tick(minutes=15)
        assert await _status(shop, code) == 401
        later = await _code(given)
        given.clock.tick(minutes=14, seconds=59)
        assert await _status(shop, later) == 200


async def test_a_new_code_ends_the_one_before(given: Given):
    first, second = await _code(given), await _code(given)
    async with open_shop(given) as shop:
        assert await _status(shop, first) == 401
        assert await _status(shop, second) == 200


@on_sqlite
async def test_however_it_is_typed(given: Given):
    async with open_shop(given, limit_enrolment=100) as shop:
        for typed in (
            lambda code: code.lower(),
            lambda code: code.replace("-", ""),
            lambda code: f" {code.replace('-', ' ')} ",
            lambda code: code.replace("0", "O").replace("1", "l"),
        ):
            assert await _status(shop, typed(await _code(given))) == 200


@on_sqlite
async def test_nobody_guesses(given: Given):
    code = await _code(given)
    async with open_shop(given) as shop:
        statuses = [await _status(shop, f"{number:010d}") for number in range(6)]
        assert statuses == [401] * 5 + [429]
        # Even the right one has to wait then, and is good afterwards.
        assert await _status(shop, code) == 429
        given.clock.tick(minutes=1, seconds=30)
        assert await _status(shop, code) == 200


@on_sqlite
@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": 7}, {"code": "x" * 41}])
async def test_what_is_no_code_is_named(given: Given, body: dict[str, object]):
    async with open_shop(given) as shop:
        assert bad_fields(await shop.stranger.post(ENROL, json=body)) == ["code"]


@on_sqlite
async def test_a_machine_without_a_partner_has_nobody_to_speak_for(given: Given):
    def make(unit: UnitOfWork) -> str:
        machine = machine_called(unit, MACHINE)
        assert machine is not None
        return make_enrolment_code(unit, machine._replace(partner_id=None))

    with pytest.raises(NobodysMachine):
        await given.database.begin(make, actor="test")


async def test_codes_used_or_not_are_gone_a_week_after_their_time(given: Given):
    def make(unit: UnitOfWork) -> str:
        machine = machine_called(unit, MACHINE)
        assert machine is not None
        return make_enrolment_code(unit, machine)

    code = await given.database.begin(make, actor="test")
    await given.database.begin(lambda unit: enrol_machine(unit, code), actor="test")
    await given.database.begin(make, actor="test")
    given.clock.tick(hours=24 * 7)
    assert await given.database.begin(forget_old_codes, actor="clock") == 0
    given.clock.tick(minutes=16)
    assert await given.database.begin(forget_old_codes, actor="clock") == 2


@on_sqlite
async def test_the_command_beside_the_server(given: Given, shop_url: str):
    async with open_shop(given) as shop:
        words = ["machine", "enrol-code", MACHINE]
        done = await asyncio.to_thread(CliRunner().invoke, cli, words, env={"DATABASE_URL": shop_url})
        assert done.exit_code == 0, done.output
        code = done.output.partition(f"{MACHINE}: ")[2].split()[0]
        assert await _status(shop, code) == 200
        done = await asyncio.to_thread(
            CliRunner().invoke, cli, [*words[:2], "VM_NOWHERE"], env={"DATABASE_URL": shop_url}
        )
        assert (done.exit_code, "no machine VM_NOWHERE" in done.output) == (1, True)
