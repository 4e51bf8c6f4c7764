"""An address that has come into wrong hands, or is old, opens nothing any more."""

import pytest
from sqlalchemy import bindparam, select

from makeline.cases.kiosk.renew_link import LINK, renew_link
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.kernel.errors import NotFound
from tests.given import Given
from tests.web import open_shop

NOTED: Query[tuple[str, str, str]] = Query(
    select(moves.c.actor, moves.c.from_state, moves.c.to_state)
    .where(moves.c.noun == bindparam("noun"))
    .order_by(moves.c.id),
    tuple,
)


async def test_a_revoked_address_opens_nothing_and_the_new_one_everything(given: Given):
    session = await given.session_to_pay()
    secret = await given.secret(session.key)
    number = (await given.confirmed(session.key)).outcome.order_number
    async with open_shop(given) as shop:
        links = shop.house.order_links
        old = links.token(session.key)
        renewed = await given.database.begin(lambda unit: renew_link(unit, number), actor="staff")
        new = links.token(session.key, edition=renewed.link_edition)
        for path in ("", "/receipt.pdf"):
            assert (await shop.stranger.get(f"/o/{old}{path}")).status_code == 404
            assert (await shop.stranger.get(f"/o/{new}{path}")).status_code == 200
        story = await shop.phone(secret).get(f"/v1/sessions/{session.key}/story")
        assert story.json()["order_url"].endswith(f"/o/{new}")
    with pytest.raises(NotFound):
        await given.database.begin(lambda unit: renew_link(unit, "ORDER_99999999"), actor="staff")


async def test_the_history_tells_who_revoked_an_address(given: Given):
    sale = await given.paid_sale()
    number = sale.outcome.order_number
    for _ in range(2):
        await given.database.begin(lambda unit: renew_link(unit, number), actor="olga")
    noted = await given.database.read(lambda unit: unit.all(NOTED, noun=LINK))
    assert noted == [("olga", "edition 0", "edition 1"), ("olga", "edition 1", "edition 2")]


async def test_an_address_does_not_live_for_ever(given: Given):
    sale = await given.paid_sale()
    async with open_shop(given, order_link_days=30) as shop:
        given.clock.tick(seconds=29 * 86_400)
        token = shop.house.order_links.token(sale.session.key)
        assert (await shop.stranger.get(f"/o/{token}")).status_code == 200
        given.clock.tick(seconds=86_400)
        assert (await shop.stranger.get(f"/o/{token}")).status_code == 404
