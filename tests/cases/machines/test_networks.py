"""Networks that stand for a partner: the weakest way to be known, and never a browser's."""

import base64

import httpx2
import pytest

from makeline.cases.machines.partners import list_networks, partner_called
from makeline.kernel.errors import Invalid, Refusal
from tests.adapters.print_partner.routes.bodies import CREATE
from tests.asking import MACHINE
from tests.given import Given
from tests.people import OTHER, OTHER_MACHINE, networks_of, other_partner
from tests.web import OpenShop, open_shop


def _at(shop: OpenShop, address: str, **headers: str) -> httpx2.AsyncClient:
    return shop.caller({"x-forwarded-for": address, **headers})


async def _opens(client: httpx2.AsyncClient, machine: str = MACHINE) -> int:
    return (await client.post(CREATE, json={"machine_id": machine})).status_code


async def test_whoever_calls_from_a_listed_network_is_its_partner(given: Given):
    await networks_of(given.database, "203.0.113.0/24", "2001:db8:5::/48", "198.51.100.7")
    async with open_shop(given) as shop:
        for inside in ("203.0.113.255", "2001:db8:5:ffff::1", "198.51.100.7", "::ffff:203.0.113.9"):
            assert await _opens(_at(shop, inside)) == 200, inside
        for outside in ("203.0.114.0", "2001:db8:6::1", "198.51.100.8", "unknown", "203.0.113.9:80"):
            assert await _opens(_at(shop, outside)) == 401, outside


async def test_the_narrowest_network_decides(given: Given):
    await other_partner(given.database)
    await networks_of(given.database, "203.0.113.0/24")
    await networks_of(given.database, "203.0.113.128/25", partner=OTHER)
    async with open_shop(given) as shop:
        assert await _opens(_at(shop, "203.0.113.5")) == 200
        assert await _opens(_at(shop, "203.0.113.200")) == 404
        assert await _opens(_at(shop, "203.0.113.200"), OTHER_MACHINE) == 200


async def test_a_change_of_the_list_acts_at_once(given: Given):
    async with open_shop(given) as shop:
        for listed, status in ((("203.0.113.0/24",), 200), ((), 401), (("203.0.113.9",), 200)):
            await networks_of(given.database, *listed)
            assert await _opens(_at(shop, "203.0.113.9")) == status


async def test_a_browser_in_the_network_is_a_customer(given: Given):
    await networks_of(given.database, "203.0.113.0/24")
    async with open_shop(given) as shop:
        for header in ({"origin": "http://shop.example"}, {"sec-fetch-site": "same-origin"}):
            assert await _opens(_at(shop, "203.0.113.9", **header)) == 401


async def test_a_phone_in_the_network_is_a_phone(given: Given):
    await networks_of(given.database, "203.0.113.0/24")
    async with open_shop(given) as shop:
        assert await _opens(_at(shop, "203.0.113.9", authorization="Bearer a-phone")) == 401
        # What is no credential of ours changes nothing.
        word = base64.b64encode(b"user:secret").decode()
        assert await _opens(_at(shop, "203.0.113.9", authorization=f"Basic {word}")) == 200


async def test_nobody_writes_himself_into_a_network(given: Given):
    await networks_of(given.database, "203.0.113.0/24")
    async with open_shop(given, trusted_proxies="", trust_loopback=False) as shop:
        assert await _opens(_at(shop, "203.0.113.9")) == 401
    async with open_shop(given) as shop:
        assert await _opens(_at(shop, "203.0.113.9, 198.51.100.1")) == 401


async def test_a_network_stands_for_one_partner_and_never_for_the_world(given: Given):
    await other_partner(given.database)
    await networks_of(given.database, "203.0.113.0/24")
    with pytest.raises(Refusal, match="another partner"):
        await networks_of(given.database, "203.0.113.0/24", partner=OTHER)
    for wide in ("0.0.0.0/0", "::/0", "203.0.113.5/24", "here"):
        with pytest.raises(Invalid):
            await networks_of(given.database, wide)
    listed = await given.database.begin(
        lambda unit: list_networks(unit, partner_called(unit, "demo"), ["203.0.113.7", "203.0.113.7"]),
        actor="test",
    )
    assert set(listed) == {"203.0.113.7/32"}
