"""Designs go when their time is over or their owner wants it; what an order still needs of them stays with the order."""

from sqlalchemy import select

from makeline.cases.designs.models import Draft, drafts
from makeline.cases.designs.states import DraftState
from makeline.cases.privacy.forget_drafts import forget_old_drafts
from makeline.cases.privacy.purge import purge
from makeline.foundation.statements import Query
from tests.cases.designs.test_drafts import KNOWN, begun, holder
from tests.cases.privacy.test_purge import CLOCKS
from tests.cases.styles.test_draft_styles import asks
from tests.given import Given
from tests.members import somebody
from tests.web import open_shop
from tests.web_buying import approved

_ALL = Query(select(drafts), Draft)


async def _purged(given: Given) -> None:
    for _ in range(2):
        await purge(given.database.begin, given.database.read, given.storage, CLOCKS)
        given.clock.tick(minutes=11)


async def _forgotten(given: Given) -> int:
    return await given.database.begin(lambda unit: forget_old_drafts(unit, CLOCKS), actor="clock")


async def test_a_guest_s_design_is_forgotten_by_its_clock_and_an_account_s_stays(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        told, _ = await begun(shop.stranger, text="a secret")
        member = await somebody(shop, "ada")
        his, _ = await begun(member)
        given.clock.tick(days=29)
        assert await _forgotten(given) == 0
        given.clock.tick(days=2)
        assert await _forgotten(given) == 1
        assert await _forgotten(given) == 0
        guest = holder(shop, told)
        assert (await guest.get(f"/v1/designs/{told['design_id']}")).status_code == 404
        assert (await guest.get("/v1/designs")).json()["designs"] == []
        rows = {row.key: row for row in await given.rows(_ALL)}
        assert rows[told["design_id"]].state is DraftState.FORGOTTEN
        assert "secret" not in str(rows[told["design_id"]].sketch)
        assert rows[his["design_id"]].state is DraftState.EDITING


async def test_a_phone_s_design_goes_with_its_visit(given: Given) -> None:
    session = await given.session()
    token = await given.secret(session.key)
    async with open_shop(given, **KNOWN) as shop:
        phone = shop.phone(token)
        told, _ = await begun(phone)
        assert told["design_token"] is None
        given.clock.tick(hours=71)
        await _purged(given)
        assert len(given.storage.kept) == 1
        given.clock.tick(hours=3)
        assert await _forgotten(given) == 1
        await _purged(given)
        assert given.storage.kept == {}


async def test_an_owner_erases_his_design_with_everything_made_of_it(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        told, _ = await begun(shop.stranger, text="gone soon")
        guest, at = holder(shop, told), f"/v1/designs/{told['design_id']}"
        assert (await asks(guest, told)).status_code == 200
        await given.promises_kept()
        assert (await guest.post(f"{at}/approve", json={"version": 1})).status_code == 200
        assert (await shop.stranger.delete(at)).status_code == 404
        erased = await guest.delete(at)
        # The photograph, the styled one, print file and proof.
        assert (erased.status_code, erased.json()) == (200, {"gone": 4, "waiting": 0})
        assert (await guest.delete(at)).status_code == 404
        assert (await guest.get(f"{at}/styles")).status_code == 404
        await _purged(given)
        assert given.storage.kept == {}
        # What was made counts against the quota all the same.
        again, _ = await begun(guest)
        assert (await guest.get(f"/v1/designs/{again['design_id']}/styles")).json() == {
            "styled": [],
            "left": 5,
        }


async def test_a_design_that_is_bought_goes_by_its_order_s_address_and_its_print_is_made_first(
    given: Given,
) -> None:
    async with open_shop(given, **KNOWN) as shop:
        ada = await approved(shop)
        await ada.buys()
        await ada.pays()
        token = ada.bought["order_token"]
        kept = await ada.client.delete(f"/v1/designs/{ada.design_id}")
        assert kept.json()["waiting"] >= 2
        assert (await shop.stranger.delete("/w/FORGED/pictures")).status_code == 404
        erased = await shop.stranger.delete(f"/w/{token}/pictures")
        assert (erased.status_code, erased.json()) == (200, {"gone": 1, "waiting": 2})
        assert (await shop.stranger.get(f"/w/{token}")).status_code == 200
