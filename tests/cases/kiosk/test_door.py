"""How often somebody may call, over real sockets: who is counted with whom, and what he is told."""

from collections.abc import AsyncGenerator

import httpx2
import pytest

from makeline.cases.machines.partners import choose_limit, partner_called
from makeline.commerce.files.links import Audience
from makeline.kernel.errors import Invalid
from tests.adapters.print_partner.routes.bodies import CREATE, SESSIONS, refused
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.given import Given
from tests.people import OTHER_MACHINE, key_of, second_machine
from tests.web import OpenShop, open_shop

pytestmark = on_sqlite

STOCK = "/api/chinese/models/stock-status"
_CUSTOMER = Audience.CUSTOMER
FEW = {"limit_partner": 6, "limit_address": 3, "limit_session": 4, "limit_session_address": 5}


@pytest.fixture
async def shop(given: Given) -> AsyncGenerator[OpenShop]:
    """A shop in which few calls are many."""
    await second_machine(given.database)
    async with open_shop(given, **FEW) as opened:
        yield opened


def _from(shop: OpenShop, address: str) -> httpx2.AsyncClient:
    return shop.caller({"x-forwarded-for": address})


async def _statuses(client: httpx2.AsyncClient, count: int, path: str = STOCK) -> list[int]:
    return [(await client.get(path)).status_code for _ in range(count)]


async def test_the_documented_numbers_are_the_defaults(given: Given):
    raised = ("limit_partner", "limit_address", "limit_session", "limit_session_address")
    async with open_shop(given, **dict(zip(raised, (300, 35, 120, 1200), strict=True))) as shop:
        assert await _statuses(shop.stranger, 36) == [200] * 35 + [429]
        told = (await shop.operator.get(STOCK)).headers
        assert (told["ratelimit-limit"], told["ratelimit-remaining"]) == ("300", "299")


async def test_everybody_is_told_what_he_has_left_and_the_hasty_one_when_to_come_again(shop: OpenShop):
    left = [(await shop.stranger.get(STOCK)).headers["ratelimit-remaining"] for _ in range(3)]
    assert left == ["2", "1", "0"]
    answer = await shop.stranger.get(STOCK)
    body = refused(answer, 429, "RATE_LIMITED", extra=("retry_after",))
    assert answer.headers["ratelimit-limit"] == "3"
    assert answer.headers["ratelimit-remaining"] == "0"
    assert 1 <= int(answer.headers["ratelimit-reset"]) <= 60
    wait = int(answer.headers["retry-after"])
    assert body["retry_after"] == wait
    shop.given.clock.tick(seconds=wait)
    assert (await shop.stranger.get(STOCK)).status_code == 200


async def test_each_address_has_its_own_and_a_whole_64_is_one(shop: OpenShop):
    assert await _statuses(_from(shop, "203.0.113.1"), 4) == [200, 200, 200, 429]
    assert await _statuses(_from(shop, "203.0.113.2"), 1) == [200]
    assert await _statuses(_from(shop, "2001:db8:1:2::1"), 3) == [200] * 3
    assert await _statuses(_from(shop, "2001:db8:1:2:ffff::9"), 1) == [429]
    assert await _statuses(_from(shop, "2001:db8:1:3::1"), 1) == [200]


async def test_a_partners_calls_are_counted_together_and_those_that_name_a_machine_with_the_machine(
    shop: OpenShop,
):
    keys = [await key_of(shop.given.database) for _ in range(2)]
    one, two = [shop.caller({"authorization": f"Bearer {key.text}"}) for key in keys]
    assert await _statuses(one, 4) == [200] * 4
    assert await _statuses(two, 3) == [200, 200, 429]
    for machine in (MACHINE, OTHER_MACHINE):
        answer = await one.post(CREATE, json={"machine_id": machine})
        assert answer.status_code == 200, answer.text
        assert answer.headers["ratelimit-remaining"] == "5"
    # A name that is none of his machines gives him no count of its own.
    for name in ("VM_NOWHERE", 7, None):
        assert (await one.post(CREATE, json={"machine_id": name})).status_code == 429


async def test_a_partner_may_have_a_limit_of_his_own_and_the_connection_test_tells_it(shop: OpenShop):
    async def choose(calls: int | None) -> None:
        await shop.given.database.begin(
            lambda unit: choose_limit(unit, partner_called(unit, "demo"), calls), actor="test"
        )

    issued = await key_of(shop.given.database)
    partner = shop.caller({"authorization": f"Bearer {issued.text}"})
    await choose(2)
    told = await partner.get("/api/chinese/test-connection")
    assert told.json()["debug_info"]["rate_limit"] == "2 requests/minute"
    assert told.headers["ratelimit-limit"] == "2"
    assert await _statuses(partner, 2) == [200, 429]
    check = shop.caller({"authorization": f"Bearer {(await key_of(shop.given.database)).text}"})
    await choose(9)
    assert (await check.get("/v1/partner/check")).json()["limit"]["calls"] == 9
    await choose(None)
    assert (await check.get(STOCK)).headers["ratelimit-limit"] == "6"
    for wrong in (0, -1, 10**7):
        with pytest.raises(Invalid):
            await choose(wrong)


async def test_a_machine_with_a_key_of_its_own_has_its_own_count(shop: OpenShop):
    key = await key_of(shop.given.database, machine=MACHINE)
    machine = shop.caller({"authorization": f"Bearer {key.text}"})
    assert await _statuses(shop.operator, 7) == [200] * 6 + [429]
    assert await _statuses(machine, 7) == [200] * 6 + [429]


async def test_bad_keys_are_counted_for_their_address(shop: OpenShop):
    guess = shop.caller({"authorization": "Bearer mk_guess", "x-forwarded-for": "203.0.113.4"})
    assert await _statuses(guess, 5) == [401] * 3 + [429] * 2


async def test_machine_and_customer_each_have_their_calls_about_a_session(shop: OpenShop):
    session = await shop.given.session()
    path = f"{SESSIONS}/{session.key}/status"
    assert await _statuses(shop.operator, 5, path) == [200] * 4 + [429]
    assert await _statuses(_from(shop, "203.0.113.1"), 3, path) == [200] * 3
    assert await _statuses(_from(shop, "203.0.113.2"), 2, path) == [200, 429]


async def test_an_address_cannot_ask_about_session_after_session(shop: OpenShop):
    sessions = [await shop.given.session(OTHER_MACHINE) for _ in range(3)]
    paths = [f"{SESSIONS}/{session.key}/status" for session in sessions]
    statuses = [(await shop.stranger.get(path)).status_code for path in [*paths, *paths]]
    assert statuses == [200] * 5 + [429]


async def test_health_is_never_counted(shop: OpenShop):
    for path in ("/health", "/live", "/ready"):
        answers = [await shop.stranger.get(path) for _ in range(8)]
        assert {answer.status_code for answer in answers} == {200}, path
        assert "ratelimit-limit" not in answers[0].headers


async def test_a_good_link_opens_as_often_as_wanted_and_bad_ones_are_counted(shop: OpenShop):
    session = await shop.given.session()
    name = await shop.given.picture(session.key)
    link = shop.given.links.link(name, _CUSTOMER, shop.given.clock.now).url.partition("/image/")[2]
    assert await _statuses(shop.stranger, 12, f"/image/{link}") == [200] * 12
    bad = await _statuses(shop.stranger, 7, f"/image/{name}?token=1:end_user:{'0' * 64}")
    assert bad == [422] * 5 + [429] * 2
    assert await _statuses(shop.stranger, 1, f"/image/{link}") == [200]


async def test_the_refusal_is_told_in_the_words_of_the_path(shop: OpenShop):
    for _ in range(5):
        await shop.stranger.get("/image/x.png")
    detail = (await shop.stranger.get("/image/x.png")).json()["detail"]
    assert detail[0]["type"] == "rate_limited"


async def test_the_description_tells_of_429(shop: OpenShop):
    paths = (await shop.stranger.get("/openapi.json")).json()["paths"]
    assert "RATE_LIMITED" in paths[STOCK]["get"]["responses"]["429"]["description"]
    assert "429" not in paths["/health"]["get"]["responses"]
