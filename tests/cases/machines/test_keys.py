"""API keys: shown once, kept as a hash, good for what they were made for, replaced without a pause."""

import asyncio
import base64
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from makeline.cases.machines.access import KEYS
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.credentials import shown_in
from makeline.cases.machines.keys import key_prefix_in, revoke_key
from makeline.cases.machines.models import api_keys
from makeline.cases.machines.queries import machine_called
from makeline.cases.machines.scopes import EVERY_SCOPE, Scope, scopes_named, scopes_text
from makeline.foundation.statements import Query
from makeline.kernel.errors import Invalid, NotFound, Refusal
from tests.adapters.print_partner.routes.bodies import CREATE, SESSIONS, refused
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.given import Given
from tests.people import OTHER, OTHER_MACHINE, key_of, other_partner, second_machine
from tests.web import OpenShop, open_shop

_EVERYTHING: Query[tuple[str, ...]] = Query(select(api_keys), tuple)


def _bearer(shop: OpenShop, key: str):
    return shop.caller({"authorization": f"Bearer {key}", "x-forwarded-for": "203.0.113.77"})


def _basic(shop: OpenShop, key: str, *, user: str = "kiosk"):
    word = base64.b64encode(f"{user}:{key}".encode()).decode()
    return shop.caller({"authorization": f"Basic {word}", "x-forwarded-for": "203.0.113.77"})


async def _opens(client, machine: str = MACHINE) -> int:
    return (await client.post(CREATE, json={"machine_id": machine})).status_code


async def test_the_table_holds_nothing_that_opens_anything(given: Given):
    issued = await key_of(given.database)
    assert key_prefix_in(issued.text) == issued.prefix
    assert key_prefix_in(issued.text[:-1]) is None
    (row,) = await given.rows(_EVERYTHING)
    kept = " ".join(str(value) for value in row)
    assert issued.prefix in kept
    assert issued.text not in kept
    assert issued.text.removeprefix(issued.prefix + "_") not in kept


async def test_a_key_opens_its_partners_machines_as_bearer_and_as_password(given: Given):
    issued = await key_of(given.database)
    async with open_shop(given) as shop:
        assert await _opens(_bearer(shop, issued.text)) == 200
        for user in ("kiosk", "", "any one at all"):
            assert await _opens(_basic(shop, issued.text, user=user)) == 200


async def test_another_partners_machine_does_not_exist_for_it(given: Given):
    await other_partner(given.database)
    mine, his = await key_of(given.database), await key_of(given.database, OTHER)
    async with open_shop(given) as shop:
        assert await _opens(_bearer(shop, mine.text), OTHER_MACHINE) == 404
        assert await _opens(_bearer(shop, his.text), OTHER_MACHINE) == 200
        assert await _opens(_bearer(shop, his.text)) == 404


async def test_a_machines_key_opens_that_machine_alone(given: Given):
    issued = await key_of(given.database, machine=MACHINE)
    await second_machine(given.database)
    async with open_shop(given) as shop:
        assert await _opens(_bearer(shop, issued.text)) == 200
        assert await _opens(_bearer(shop, issued.text), OTHER_MACHINE) == 404
        session = await given.session(OTHER_MACHINE)
        assert (await _bearer(shop, issued.text).delete(f"{SESSIONS}/{session.key}")).status_code == 404


async def test_a_machines_key_stays_behind_when_the_machine_moves_to_another_partner(given: Given):
    await second_machine(given.database)
    issued = await key_of(given.database, machine=OTHER_MACHINE)
    async with open_shop(given) as shop:
        assert await _opens(_bearer(shop, issued.text), OTHER_MACHINE) == 200
        await other_partner(given.database)
        assert await _opens(_bearer(shop, issued.text), OTHER_MACHINE) == 404


async def test_a_key_for_other_calls_is_told_which_scope_it_lacks(given: Given):
    issued = await key_of(given.database, scopes=frozenset({Scope.STOCK, Scope.PAY}))
    async with open_shop(given) as shop:
        body = refused(
            await _bearer(shop, issued.text).post(CREATE, json={"machine_id": MACHINE}),
            403,
            "NOT_ALLOWED",
            extra=("scope",),
        )
        assert body["scope"] == "sessions"
        assert "pay, stock" in body["detail"]


async def test_two_keys_are_good_at_once_and_one_of_them_can_go(given: Given):
    first, second = await key_of(given.database), await key_of(given.database)
    async with open_shop(given) as shop:
        assert await _opens(_bearer(shop, first.text)) == 200
        await given.database.begin(lambda unit: revoke_key(unit, first.text), actor="test")
        body = refused(
            await _bearer(shop, first.text).post(CREATE, json={"machine_id": MACHINE}),
            401,
            "AUTHENTICATION_REQUIRED",
            extra=("reason",),
        )
        assert body["reason"] == "key_revoked"
        assert await _opens(_bearer(shop, second.text)) == 200


async def test_a_key_ends_with_its_time(given: Given):
    issued = await key_of(given.database, lifetime=timedelta(days=1))
    async with open_shop(given) as shop:
        given.clock.tick(hours=23, minutes=59)
        assert await _opens(_bearer(shop, issued.text)) == 200
        given.clock.tick(minutes=1)
        response = await _bearer(shop, issued.text).post(CREATE, json={"machine_id": MACHINE})
        assert (response.status_code, response.json()["reason"]) == (401, "key_expired")


@pytest.mark.parametrize("change", ["x{}", "{}x", "{}", "swapped"])
async def test_a_key_that_opens_nothing_is_refused_even_where_the_caller_would_be_known_without_it(
    given: Given, change
):
    issued = await key_of(given.database)
    text = issued.text[:-1] + ("0" if issued.text[-1] != "0" else "1") if change == "swapped" else None
    sent = text or "mk_" + change.format(issued.text)
    async with open_shop(given) as shop:
        known_without = shop.caller({"authorization": f"Bearer {sent}"})
        response = await known_without.post(CREATE, json={"machine_id": MACHINE})
        assert (response.status_code, response.json()["reason"]) == (401, "key_unknown")
        assert await _opens(shop.operator) == 200


async def test_the_time_of_the_last_use_is_written_beside_the_calls_and_not_at_each(given: Given):
    issued = await key_of(given.database)
    async with open_shop(given) as shop:
        seen = []
        for minutes in (0, 5, 9, 1):
            given.clock.tick(minutes=minutes)
            await _opens(_bearer(shop, issued.text))
            await asyncio.sleep(0.05)
            seen.append(await _last_use(given))
        begun = seen[0]
        assert [moment - begun for moment in seen] == [timedelta(minutes=late) for late in (0, 0, 0, 15)]


async def _last_use(given: Given) -> datetime:
    async with asyncio.timeout(5):
        while (moment := (await given.rows(KEYS))[0].last_used_at) is None:
            await asyncio.sleep(0.01)
    return moment


async def test_a_machine_of_somebody_else_gets_no_key_of_mine(given: Given):
    await other_partner(given.database)
    with pytest.raises(Refusal, match="not operated"):
        await key_of(given.database, machine=OTHER_MACHINE)
    with pytest.raises(NotFound):
        await key_of(given.database, "nobody")
    with pytest.raises(NotFound):
        await given.database.begin(lambda unit: revoke_key(unit, "mk_00000000"), actor="test")


def test_scopes_are_named_by_words_and_no_word_is_all_of_them():
    assert scopes_named([]) == scopes_named(["all"]) == EVERY_SCOPE
    assert scopes_text(scopes_named(["stock", "PAY "])) == "pay stock"
    with pytest.raises(Invalid, match="one of pay, print"):
        scopes_named(["pay", "money"])


@pytest.mark.parametrize(
    ("authorization", "key", "token"),
    [
        ("Bearer mk_x", "mk_x", None),
        ("bearer  mk_x ", "mk_x", None),
        ("Bearer phone", None, "phone"),
        (f"Basic {base64.b64encode(b'u:mk_x').decode()}", "mk_x", None),
        (f"Basic {base64.b64encode(b'u:other').decode()}", None, None),
        (f"Basic {base64.b64encode(b'mk_x').decode()}", None, None),
        ("Basic !!!", None, None),
        (f"Basic {base64.b64encode(bytes([255, 58, 255])).decode()}", None, None),
        ("Digest mk_x", None, None),
        ("Bearer " + "x" * 401, None, None),
    ],
)
def test_what_the_authorization_header_shows(authorization, key, token):
    assert shown_in({"authorization": authorization}) == (key, token)


@on_sqlite
async def test_a_partner_without_machines_operates_none(given: Given):
    machine = await given.database.read(lambda unit: machine_called(unit, MACHINE))
    assert machine is not None
    assert not Caller("x", "y", partner_id=None, machine_id=machine.id).operates(machine)
    assert not Caller("x", "y", partner_id=-1).operates(machine)
