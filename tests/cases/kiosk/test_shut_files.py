"""Links that are out in the world end with the sale that they belong to, and with the page that showed them."""

import httpx2

from makeline.cases.designs.queries import design
from makeline.cases.kiosk.give_back import give_back
from makeline.cases.kiosk.renew_link import renew_link
from makeline.cases.production.print_partner import JobStep
from makeline.commerce.files.links import Audience
from makeline.commerce.files.models import FileKind
from tests.given import Given
from tests.web import OpenShop, open_shop

PRINTER, CUSTOMER = Audience.MANUFACTURER, Audience.CUSTOMER


async def _names(given: Given, key: str) -> dict[FileKind, str]:
    session = await given.session_now(key)
    assert session.design_id is not None
    design_id = session.design_id
    made = await given.database.read(lambda unit: design(unit, design_id))
    return {FileKind.PRINT_FILE: made.print_name, FileKind.PROOF: made.proof_name}


def _paths(shop: OpenShop, names: dict[FileKind, str]) -> list[str]:
    now = shop.given.clock.now
    return [
        shop.house.links.link(names[FileKind.PRINT_FILE], PRINTER, now).url,
        shop.house.links.link(names[FileKind.PROOF], CUSTOMER, now).url,
    ]


async def _statuses(shop: OpenShop, paths: list[str]) -> list[int]:
    answers: list[httpx2.Response] = [await shop.stranger.get(path) for path in paths]
    return [answer.status_code for answer in answers]


async def _sale(given: Given, picture: bytes = b"a picture of a dog") -> str:
    session = await given.session()
    await given.picture(session.key, picture)
    await given.summary(session.key)
    await given.confirmed(session.key, transaction=f"TXN_{session.key[-8:]}")
    return session.key


async def test_a_cancelled_order_takes_its_links_with_it(given: Given):
    key = await _sale(given)
    order = (await given.orders())[0]
    await given.submitted(order, until_sent=True)
    names = await _names(given, key)
    async with open_shop(given) as shop:
        old = _paths(shop, names)
        assert await _statuses(shop, old) == [200, 200]
        await given.print_notice((await given.job(order)).reference, JobStep.CANCELLED)
        await given.promises_kept()
        assert await _statuses(shop, old) == [422, 422]
        refused = await shop.stranger.get(old[0])
        given.clock.tick(seconds=1)
        # What is still shown of it, to whom it may be shown, gets a link of its own.
        fresh = _paths(shop, names)
        assert await _statuses(shop, fresh) == [200, 200]
        await given.database.begin(lambda unit: give_back(unit, order.number, reason="torn"), actor="staff")
        assert await _statuses(shop, fresh) == [422, 422]
    assert refused.json()["detail"][0]["type"] == "token_expired"


async def test_a_revoked_page_takes_the_links_it_showed_with_it(given: Given):
    key = await _sale(given)
    number = (await given.orders())[0].number
    async with open_shop(given) as shop:
        old = _paths(shop, await _names(given, key))
        assert await _statuses(shop, old) == [200, 200]
        await given.database.begin(lambda unit: renew_link(unit, number), actor="staff")
        # The printer goes on.
        assert await _statuses(shop, old) == [200, 422]


async def test_what_another_customer_uses_too_keeps_its_links(given: Given):
    one, other = await _sale(given), await _sale(given)
    assert await _names(given, one) == await _names(given, other)
    alone = await _sale(given, b"a picture of a cat")
    orders = await given.orders()
    async with open_shop(given) as shop:
        shared, own = [_paths(shop, await _names(given, key)) for key in (one, alone)]
        for order in (orders[0], orders[2]):
            await given.database.begin(
                lambda unit, number=order.number: renew_link(unit, number), actor="staff"
            )
        assert await _statuses(shop, shared) == [200, 200]
        assert await _statuses(shop, own) == [200, 422]
