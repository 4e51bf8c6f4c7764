"""Events of the portal: as it sends them and as documented; forged ones and storms change nothing."""

import asyncio
from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from makeline.crm.models import crm_items
from makeline.crm.records import Entity
from makeline.foundation.statements import Query
from tests.crm.test_mirror import CALL, open_office, processed
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import somebody
from tests.web import open_shop

HEARD: Query[tuple[int]] = Query(
    select(func.count()).select_from(crm_items).where(crm_items.c.heard_at.is_not(None)), tuple
)
PATH = "/bitrix/webhook"
DONE = {"message": "Webhook processed successfully"}


def event(number: int = 5, name: str = "ONCRMDEALUPDATE", token: str = "t") -> dict[str, Any]:
    return {"event": name, "data[FIELDS][ID]": number, "ts": "1766047124", "auth[application_token]": token}


async def test_a_storm_and_a_forged_state_are_one_look_at_the_truth(given: Given):
    async with open_office(given, drop_events=1.0) as (shop, line, boss):
        call = (await (await somebody(shop, "anna")).post("/call-request", json=CALL)).json()
        await processed(given, boss)
        (lead,) = line.items(Entity.LEAD)
        forged = {
            "event_type": "lead_updated",
            "entity_type": "lead",
            "entity_id": str(lead["id"]),
            "data": {"stage_id": "CONVERTED"},
        }
        answers = await asyncio.gather(*[shop.stranger.post(PATH, json=forged) for _ in range(50)])
        assert {answer.status_code for answer in answers} == {200}
        assert answers[0].json() == DONE
        assert (await given.database.read(lambda unit: unit.all(HEARD)))[0][0] == 1
        calls = line.portal.door.limits.calls
        assert given.crm is not None
        from_them = await boss.get(f"/admin/call-requests/{call['id']}")
        assert from_them.json()["status"] == "new"
        assert line.portal.door.limits.calls == calls


@on_sqlite
async def test_only_who_shows_the_token_is_heard(given: Given):
    async with open_shop(given, crm_application_tokens="old-token,new-token") as shop:
        for good in ("old-token", "new-token"):
            assert (await shop.stranger.post(PATH, data=event(token=good))).json() == DONE
            body = {"event_type": "x", "auth": {"application_token": good}}
            assert (await shop.stranger.post(PATH, json=body)).status_code == 200
            header = {"x-application-token": good}
            assert (await shop.stranger.post(PATH, json={}, headers=header)).status_code == 200
        for bad in ("", "new-toke", "new-token2", "\u00e9"):
            answer = await shop.stranger.post(PATH, data=event(token=bad))
            assert (answer.status_code, answer.json()["error"]) == (403, "FORBIDDEN"), answer.text
        assert (
            await shop.stranger.post(PATH, json={"entity_type": "deal", "entity_id": "5"})
        ).status_code == 403


@on_sqlite
async def test_where_no_token_is_set_and_no_portal_is_simulated_there_is_nothing(given: Given):
    async with open_shop(given, crm="off") as shop:
        assert (await shop.stranger.post(PATH, data=event())).status_code == 404


@on_sqlite
@pytest.mark.parametrize(
    "body",
    [
        event(name="ONCRMINVOICEADD"), event(name="ONAPPINSTALL"), event(number=999_999_999),
        {"event": "ONCRMDEALUPDATE"}, {"event": "ONCRMDEALUPDATE", "data[FIELDS][ID]": "7 OR 1=1"},
    ],
)  # fmt: skip
async def test_what_nobody_knows_is_answered_and_leaves_no_trace(given: Given, body: dict[str, Any]):
    async with open_shop(given) as shop:
        assert (await shop.stranger.post(PATH, data=body)).json() == DONE
        assert (await given.database.read(lambda unit: unit.all(HEARD)))[0][0] == 0


@on_sqlite
async def test_what_cannot_be_read_is_refused(given: Given):
    async with open_shop(given) as shop:
        form = {"content-type": "application/x-www-form-urlencoded"}
        for raw in (b"a[b=1", b"\xff=1", b"a=1&a[b]=2"):
            assert (await shop.stranger.post(PATH, content=raw, headers=form)).status_code == 422
        assert (await shop.stranger.post(PATH, content=b"[]")).status_code == 422
        large = urlencode({"a": "x" * 70_000}).encode()
        assert (await shop.stranger.post(PATH, content=large, headers=form)).status_code == 413
