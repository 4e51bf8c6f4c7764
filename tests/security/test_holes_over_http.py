"""Holes tried over a socket, as somebody outside would: with an id that was seen or guessed, and no credential."""

import time
from dataclasses import dataclass

import pytest

from makeline.commerce.files.links import Audience
from tests.adapters.print_partner.routes.bodies import SESSIONS, confirm_body, summary_body
from tests.engines import on_sqlite
from tests.given import MACHINE, Given
from tests.web import open_shop

pytestmark = on_sqlite
ELSEWHERE = "https://elsewhere.test/picture.png"


@dataclass(frozen=True)
class Sale:
    """What an outsider may have seen or guessed of a sale at a real machine."""

    number: str
    payment: str
    print_id: str


@pytest.fixture
async def sale(given: Given) -> Sale:
    order = await given.order((await given.paid_sale()).outcome.order_number)
    return Sale(order.number, (await given.payment_of(order)).reference, (await given.job(order)).reference)


def _questions(sale: Sale) -> dict[str, int]:
    """Paths that tell of a sale, and what somebody else is answered: that there is no such thing, or who he is."""
    return {
        f"/api/chinese/payment/{sale.payment}/status": 404,
        f"/api/chinese/equipment/{MACHINE}/info": 401,
        f"/api/chinese/order/{sale.number}/download-links": 404,
        f"/api/chinese/images/batch-download?order_ids={sale.number}": 404,
        # The list answers of each order by itself: it has none.
        f"/api/chinese/images/batch-download?order_ids={sale.number},{sale.number}": 200,
        f"/api/chinese/print/{sale.number}/status": 404,
        f"/api/chinese/order/orderData?order_id={sale.number}": 404,
        f"/api/chinese/order/orderData?order_id={sale.print_id}": 404,
    }


async def test_nothing_of_a_sale_is_told_to_whom_it_does_not_belong(given: Given, sale: Sale):
    async with open_shop(given) as shop:
        for path, refused in _questions(sale).items():
            told = await shop.operator.get(path)
            assert told.status_code == 200, (path, "its operator would not be answered either")
            for caller in (
                shop.stranger,
                shop.browser,
                shop.phone("A" * 32),
                shop.caller({"authorization": "Basic YTpi", "x-forwarded-for": "203.0.113.9"}),
            ):
                answer = await caller.get(path)
                assert answer.status_code == refused, (path, answer.text)
                if refused == 200:
                    assert answer.json()["successful_orders"] == 0 != told.json()["successful_orders"]
                assert "token=" not in answer.text
                assert sale.payment not in answer.text


async def test_nothing_of_a_sale_is_moved_by_whom_it_does_not_belong(given: Given, sale: Sale):
    before = (await given.orders(), await given.job(await given.order(sale.number)))
    words = {"phone_model": "iphone_15_pro", "customer_info": {}, "priority": 1}
    async with open_shop(given) as shop:
        calls = [
            ("print/trigger", {"order_id": sale.number, "print_data": {"design_url": ELSEWHERE}}),
            ("send-print-command", {"order_id": sale.number, "image_urls": [ELSEWHERE], **words}),
            *(
                ("order-status-update", {"order_id": sale.number, "status": word})
                for word in ("printing", "printed", "completed", "failed", "cancelled")
            ),
        ]
        for path, body in calls:
            answer = await shop.stranger.post(f"/api/chinese/{path}", json=body)
            assert answer.status_code == 404, (path, answer.text)
            assert (await shop.browser.post(f"/api/chinese/{path}", json=body)).status_code == 403
        await shop.stranger.post(
            "/api/chinese/order-status-update", json={"order_id": sale.print_id, "status": 13}
        )
        await shop.stranger.post("/api/chinese/order/payStatus", json={"third_id": sale.payment, "status": 5})
        assert (await given.orders(), await given.job(await given.order(sale.number))) == before
        for path, body in calls[:3]:
            allowed = await shop.operator.post(f"/api/chinese/{path}", json=body)
            assert allowed.status_code == 200, (path, "its operator would not be heard either")
    # Addresses that came with it were kept at most: what is printed is the order's own.
    assert (await given.job(await given.order(sale.number))).reference == before[1].reference


async def test_nobody_prints_what_is_not_paid(given: Given):
    session, begun = await given.payment_begun()
    async with open_shop(given) as shop:
        body = {
            "order_id": begun.order.number,
            "image_urls": [ELSEWHERE],
            "phone_model": "iphone_15_pro",
            "customer_info": {},
        }
        for path in ("print/trigger", "send-print-command"):
            answer = await shop.operator.post(f"/api/chinese/{path}", json=body)
            assert (answer.status_code, answer.json()["error_code"]) == (409, "ILLEGAL_STATE"), answer.text
        assert not given.partner.orders
        assert (await given.session_now(session.key)).status == session.status
        await given.confirmed(session.key)
        for path in ("print/trigger", "send-print-command"):
            assert (await shop.operator.post(f"/api/chinese/{path}", json=body)).status_code == 200


async def test_stock_is_no_strangers_to_write(given: Given):
    bodies = (
        {"phone_models": {"iphone_15_pro": 0}},
        {"stock_updates": [{"model_id": "iphone-iphone-15-pro", "stock": 1_000_000_000}]},
    )
    async with open_shop(given) as shop:
        before = (await shop.operator.get("/api/chinese/models/stock-status")).json()["models"]
        for body in bodies:
            answer = await shop.stranger.post(f"/api/chinese/equipment/{MACHINE}/stock", json=body)
            assert answer.status_code == 401, answer.text
        assert (await shop.operator.get("/api/chinese/models/stock-status")).json()["models"] == before
        sold_out, too_many = [
            await shop.operator.post(f"/api/chinese/equipment/{MACHINE}/stock", json=body) for body in bodies
        ]
        assert (sold_out.status_code, too_many.status_code) == (200, 422)


@pytest.mark.parametrize(("number", "status"), [(101, 422), (1000, 422), (4000, 431)])
async def test_a_long_list_of_orders_is_refused_before_any_is_looked_for(
    given: Given, number: int, status: int
):
    # The longest is as many as a client's library would still send: more than the head of a request may hold.
    ids = ",".join(f"ORDER_{turn:08d}" for turn in range(number))
    async with open_shop(given) as shop:
        for query in (f"order_ids={ids}", f"order_ids={ids}&format=zip"):
            answer = await shop.operator.get(f"/api/chinese/images/batch-download?{query}")
            assert answer.status_code == status, answer.text
            assert status == 431 or answer.json()["validation_errors"][0]["received_value"] == number
        hundred = ids[: len("ORDER_00000000,") * 100 - 1]
        answer = await shop.operator.get(f"/api/chinese/images/batch-download?order_ids={hundred}")
        assert answer.json()["failed_orders"] == 100


async def test_real_machines_are_named_to_no_stranger(given: Given):
    async with open_shop(given) as shop:
        for path in ("test-connection", f"debug/session-validation/{MACHINE}_20260101_120000_ABCDEF"):
            answer = await shop.stranger.get(f"/api/chinese/{path}")
            listed = answer.json().get("available_machine_ids", [])
            assert MACHINE not in listed
        there, nowhere = [
            await shop.stranger.get(f"/api/chinese/debug/session-validation/{machine}_20260101_120000_ABCDEF")
            for machine in (MACHINE, "VM_NOWHERE_9")
        ]
        assert there.status_code == nowhere.status_code
        assert there.json().get("is_valid") == nowhere.json().get("is_valid")


async def test_thousands_of_ranges_are_one_picture(given: Given):
    name = await given.picture((await given.session()).key)
    async with open_shop(given) as shop:
        link = shop.house.links.link(name, Audience.CUSTOMER, given.clock.now).url
        ranges = ",".join(f"{start}-{start + 1}" for start in range(1500))
        began = time.perf_counter()
        answer = await shop.caller({"range": f"bytes={ranges}"}).get(link[link.index("/image/") :])
        assert time.perf_counter() - began < 1
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/png")
        assert answer.content == await given.storage.get(name)


async def test_who_has_only_seen_the_code_changes_nothing(given: Given):
    session = await given.session_to_pay()
    secret = await given.secret(session.key)
    before = await given.session_now(session.key)
    at = f"{SESSIONS}/{session.key}"
    calls = (
        ("order-summary", summary_body(session.key)),
        ("init-payment", {}),
        ("confirm-payment", confirm_body(session.key)),
    )
    async with open_shop(given) as shop:
        browser = shop.browser
        for caller in (shop.stranger, shop.phone("A" * 32), browser):
            for path, body in calls:
                answer = await caller.post(f"{at}/{path}", json=body)
                # That a browser asks is seen before who it is.
                as_browser = caller is browser and path == "confirm-payment"
                assert answer.status_code == (403 if as_browser else 401), (path, answer.text)
            assert (await caller.post(f"{at}/images", content=b"a picture of a cat")).status_code == 401
            assert (await caller.delete(at)).status_code == 401
        after = await given.session_now(session.key)
        assert (after.status, after.design_id, after.order_id) == (
            before.status,
            before.design_id,
            before.order_id,
        )
        # Whoever may gets through, so it was the caller and not the call.
        assert (
            await shop.phone(secret).post(f"{at}/images", content=b"a picture of a cat")
        ).status_code == 200
        assert (await shop.operator.post(f"{at}/confirm-payment", json=calls[-1][1])).status_code == 200


async def test_an_address_that_a_phone_states_is_not_believed(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        body = {"machine_id": MACHINE, "ip_address": "127.0.0.1", "user_agent": "kiosk"}
        await shop.stranger.post(f"{SESSIONS}/{session.key}/register-user", json=body)
        answer = await shop.stranger.post(
            f"{SESSIONS}/{session.key}/validate", json={"ip_address": "127.0.0.1"}
        )
        assert answer.json()["security_info"]["client_ip"] == "203.0.113.9"
        assert (await shop.stranger.delete(f"{SESSIONS}/{session.key}")).status_code == 401


async def test_no_page_of_somebody_else_reads_an_answer(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        for origin in ("https://evil.test", "null", shop.url + ".evil.test"):
            for path in ("/api/chinese/models/stock-status", f"{SESSIONS}/{session.key}/status", "/health"):
                answer = await shop.caller({"origin": origin}).get(path)
                allowed = [name for name in answer.headers if name.startswith("access-control-")]
                assert not allowed, (path, allowed)


async def test_health_tells_a_stranger_no_address_and_no_error(given: Given):
    async with open_shop(given) as shop:
        text = (await shop.stranger.get("/health")).text
        for inside in ("sqlite://", "postgresql://", "/var", "Traceback", "127.0.0.1"):
            assert inside not in text


async def test_a_customers_text_comes_back_as_text(given: Given):
    session = await given.session()
    await given.picture(session.key)
    hostile = "=1+1<script>&lt;"
    body = summary_body(session.key)
    body["order_data"].update(text=hostile, images=[], template="classic")
    async with open_shop(given) as shop:
        answer = await shop.operator.post(
            f"{SESSIONS}/{session.key}/order-summary", json={**body, "payment_amount": 19.99}
        )
        assert answer.status_code == 200, answer.text
        status = await shop.operator.get(f"{SESSIONS}/{session.key}/status")
        assert status.json()["session_data"]["user_selections"]["text_added"] == hostile
        assert status.headers["content-type"].startswith("application/json")
        assert status.headers["x-content-type-options"] == "nosniff"
