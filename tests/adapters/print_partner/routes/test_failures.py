"""A partner looks up his refused calls: what was wrong, in plain words, and how it is done right. Nobody else's."""

import json

import pytest

from makeline.cases.machines.refused_calls import MOST_CLAIMED, RefusedCall, keep_refused_calls
from makeline.cases.machines.scopes import Scope
from tests.adapters.print_partner.routes.bodies import CREATE, SESSIONS, summary_body
from tests.adapters.print_partner.routes.looked_up import ABROAD, FAILURES, by_key, listed
from tests.asking import MACHINE
from tests.engines import on_sqlite
from tests.given import Given
from tests.people import OTHER, key_of, networks_of, other_partner, revoked_key_of
from tests.web import open_shop

STOCK = f"/api/chinese/equipment/{MACHINE}/stock"


async def test_a_misspelt_field_is_named_with_what_was_sent_instead_and_a_call_that_is_right(given: Given):
    issued = await key_of(given.database)
    session = await given.session()
    async with open_shop(given) as shop:
        client = by_key(shop, issued.text)
        body = summary_body(session.key)
        body["paymentAmount"] = body.pop("payment_amount")
        refused = await client.post(f"{SESSIONS}/{session.key}/order-summary", json=body)
        assert refused.status_code == 422
        assert refused.headers["x-ignored-fields"] == "paymentAmount"
        (failure,) = await listed(shop, client)
    assert (failure["status"], failure["code"], failure["times"]) == (422, "VALIDATION_ERROR", 1)
    assert failure["path"] == "/api/vending/session/{session_id}/order-summary"
    assert (failure["machine_id"], failure["session_id"]) == (MACHINE, session.key)
    (field,) = failure["fields"]
    assert field["field"] == "payment_amount"
    assert field["sent_as"] == "paymentAmount"
    assert field["example"] == 21.99
    assert failure["example"]["body"]["payment_amount"] == 21.99
    assert failure["example"]["path"] == f"{SESSIONS}/{session.key}/order-summary"
    assert failure["key"] == issued.prefix
    assert failure["en"]["cause"]
    assert failure["zh"]["advice"]
    assert failure["proven"]


async def test_the_same_mistake_again_counts_up_and_comes_to_the_front(given: Given):
    issued = await key_of(given.database)
    async with open_shop(given) as shop:
        client = by_key(shop, issued.text)
        for _ in range(3):
            await client.get("/api/chinese/order/ORDER_99999999/download-links")
        await client.post(CREATE, json={})
        first = await listed(shop, client)
        await client.get("/api/chinese/order/ORDER_99999999/download-links")
        second = await listed(shop, client)
    assert [(failure["code"], failure["times"]) for failure in first] == [
        ("VALIDATION_ERROR", 1),
        ("NOT_FOUND", 3),
    ]
    assert [(failure["code"], failure["times"]) for failure in second] == [
        ("NOT_FOUND", 4),
        ("VALIDATION_ERROR", 1),
    ]
    assert second[0]["named"] == {"order_id": "ORDER_99999999"}
    # What was not found is not offered again as a good example.
    assert "ORDER_99999999" not in second[0]["example"]["path"]


@on_sqlite
async def test_the_list_is_paged_newest_first(given: Given):
    issued = await key_of(given.database)
    async with open_shop(given) as shop:
        client = by_key(shop, issued.text)
        for number in range(5):
            await client.get(f"/api/chinese/order/ORDER_9999999{number}/download-links")
        await shop.house.refusals.settle()
        seen: list[str] = []
        path: str | None = f"{FAILURES}?limit=2"
        while path is not None:
            page = (await client.get(path)).json()
            assert len(page["failures"]) <= 2
            seen += [failure["named"]["order_id"] for failure in page["failures"]]
            path = page["next"]
        assert seen == [f"ORDER_9999999{number}" for number in (4, 3, 2, 1, 0)]
        for query in ("limit=0", "limit=201", "limit=x", "before_id=-1", "before_id=²"):
            assert (await client.get(f"{FAILURES}?{query}")).status_code == 422, query


@on_sqlite
async def test_nobody_sees_the_failures_of_another(given: Given):
    await other_partner(given.database)
    mine, theirs = await key_of(given.database), await key_of(given.database, OTHER)
    of_machine = await key_of(given.database, machine=MACHINE)
    async with open_shop(given) as shop:
        await by_key(shop, mine.text).get("/api/chinese/order/ORDER_1000/download-links")
        await by_key(shop, of_machine.text).get("/api/chinese/order/ORDER_2000/download-links")
        assert await listed(shop, by_key(shop, theirs.text)) == []
        for_the_machine = await listed(shop, by_key(shop, of_machine.text))
        assert [failure["named"]["order_id"] for failure in for_the_machine] == ["ORDER_2000"]
        assert len(await listed(shop, by_key(shop, mine.text))) == 2
        assert (await shop.stranger.get(FAILURES)).status_code == 401


@on_sqlite
async def test_what_a_stranger_or_a_customer_does_wrong_is_nobodys_failure(given: Given):
    issued = await key_of(given.database)
    session = await given.session()
    async with open_shop(given) as shop:
        await shop.stranger.post(CREATE, json={"machine_id": MACHINE})
        await shop.phone("x").post(f"{SESSIONS}/{session.key}/images", content=b"dog")
        await shop.caller({"authorization": "Bearer mk_AAAAAAAA_" + "B" * 32, **ABROAD}).get(STOCK)
        await by_key(shop, issued.text).get("/no/such/path")
        await by_key(shop, issued.text).delete(CREATE)
        assert await listed(shop, by_key(shop, issued.text)) == []


@on_sqlite
async def test_a_key_that_opens_nothing_is_told_to_its_owner_as_unproven(given: Given):
    issued, revoked = await key_of(given.database), await revoked_key_of(given.database)
    mistyped = issued.text[:-1] + ("0" if issued.text[-1] != "0" else "1")
    async with open_shop(given) as shop:
        for key in (mistyped, revoked.text):
            assert (await by_key(shop, key).get("/api/chinese/models/stock-status")).status_code == 401
        found = await listed(shop, by_key(shop, issued.text))
        text = json.dumps(found)
    assert [(failure["reason"], failure["proven"]) for failure in found] == [
        ("key_revoked", False),
        ("key_unknown", False),
    ]
    assert [failure["key"] for failure in found] == [revoked.prefix, issued.prefix]
    for secret in (mistyped, revoked.text, issued.text):
        assert secret not in text


@on_sqlite
async def test_a_key_for_other_calls_is_told_which_scope_it_lacks(given: Given):
    issued = await key_of(given.database, scopes=frozenset({Scope.PAY}))
    async with open_shop(given) as shop:
        client = by_key(shop, issued.text)
        await client.get("/api/chinese/models/stock-status")
        (failure,) = await listed(shop, client)
    assert (failure["code"], failure["reason"], failure["told"]) == (
        "NOT_ALLOWED",
        "scope",
        {"scope": "stock"},
    )


@on_sqlite
async def test_nothing_about_a_customer_is_kept(given: Given):
    issued = await key_of(given.database)
    private = {
        "name": "Grace Hopper",
        "email": "grace@example",
        "phone": "+44 20 7946 0958 ext",
        "session_id": 5,
    }
    async with open_shop(given) as shop:
        client = by_key(shop, issued.text)
        body = {"order_id": 7, "image_urls": ["x"], "phone_model": ["y"], "customer_info": private}
        assert (await client.post("/api/chinese/send-print-command", json=body)).status_code == 422
        (failure,) = await listed(shop, client)
    told = json.dumps(failure, ensure_ascii=False)
    for value in ("Grace", "grace@", "7946"):
        assert value not in told
    assert {field["field"]: field["received"] for field in failure["fields"]}["order_id"] == 7


@on_sqlite
async def test_a_partner_known_by_his_address_finds_his_failures_too(given: Given):
    await networks_of(given.database, "203.0.113.0/24")
    async with open_shop(given, trust_loopback=False) as shop:
        await shop.caller(ABROAD).get("/api/chinese/order/ORDER_5/download-links")
        # What somebody of his does as a customer is not the partner's.
        assert (await shop.caller(ABROAD).post("/login", json={"username": "a"})).status_code >= 400
        (failure,) = await listed(shop, shop.caller(ABROAD))
    assert failure["key"] is None


@on_sqlite
async def test_haste_is_one_entry_however_often(given: Given):
    issued = await key_of(given.database)
    async with open_shop(given, limit_partner=3) as shop:
        client = by_key(shop, issued.text)
        for _ in range(9):
            await client.get("/api/chinese/models/stock-status")
        await shop.house.refusals.settle()
        given.clock.tick(seconds=61)
        (failure,) = await listed(shop, client)
    assert (failure["code"], failure["times"]) == ("RATE_LIMITED", 6)
    assert failure["machine_id"] is None


@on_sqlite
@pytest.mark.parametrize("flood", [MOST_CLAIMED * 5])
async def test_a_stranger_who_knows_a_prefix_pushes_nothing_out(given: Given, flood: int):
    issued = await key_of(given.database)
    async with open_shop(given) as shop:
        client = by_key(shop, issued.text)
        await client.get("/api/chinese/order/ORDER_77/download-links")
        mistyped = issued.prefix + "_" + "Z" * 32
        stranger = shop.caller({"authorization": f"Bearer {mistyped}", "x-forwarded-for": "198.51.100.99"})
        for number in range(flood):
            await stranger.get(f"/api/chinese/order/ORDER_{number}/download-links")
            if number % 20 == 0:
                await shop.house.refusals.settle()
        found = await listed(shop, client, "?limit=200")
    assert [failure["named"]["order_id"] for failure in found if failure["proven"]] == ["ORDER_77"]
    assert len([failure for failure in found if not failure["proven"]]) <= MOST_CLAIMED


async def test_rows_without_more_to_tell_are_listed_too(given: Given):
    """A row as the list has it at the least."""
    operator = await given.operator()
    call = RefusedCall(
        partner_id=operator.partner_id or 0,
        machine_id=None,
        proven=True,
        at=given.clock(),
        method="GET",
        path="/v1/machines",
        status=503,
        code="SOMETHING_NEW",
        reason=None,
        message="?",
        detail={"named": {}, "key": None, "fields": [], "ignored": [], "told": {}, "signed": None},
    )
    await given.database.begin(lambda unit: keep_refused_calls(unit, [(call, 1)]), actor="test")
    issued = await key_of(given.database)
    async with open_shop(given) as shop:
        (failure,) = await listed(shop, by_key(shop, issued.text))
    assert failure["en"]["advice"]
