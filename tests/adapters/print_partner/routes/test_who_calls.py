"""Who may do what on the partner's paths, over real requests: loopback, strangers, phones, browsers."""

from typing import Any

import pytest

from makeline.cases.kiosk.states import SessionStatus
from tests.adapters.print_partner.routes.bodies import (
    CREATE,
    ORDER_STATUS,
    PAY_STATUS,
    SESSIONS,
    confirm_body,
    refused,
    summary_body,
)
from tests.engines import on_sqlite
from tests.given import MACHINE, Given
from tests.web import OpenShop, open_shop

pytestmark = on_sqlite

TEST_MACHINE = "VM_TEST_MANUFACTURER"
SUSPICIOUS = (
    {"origin": "http://127.0.0.1:8000"},
    {"origin": "null"},
    {"sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
    {"x-forwarded-for": "127.0.0.1"},
    {"forwarded": "for=127.0.0.1"},
    {"host": "makeline.example"},
    {"host": "localhost.evil.example"},
)


async def test_a_plain_caller_on_this_machine_operates_every_machine_of_the_sample_shop(shop: OpenShop):
    for host in ("localhost", "127.0.0.1", "localhost:8000", "[::1]:8000"):
        caller = shop.caller({"host": host})
        assert (await caller.post(CREATE, json={"machine_id": MACHINE})).status_code == 200, host


async def test_whatever_may_come_from_elsewhere_operates_nothing_real(shop: OpenShop):
    session = await shop.given.session_to_pay()
    at = f"{SESSIONS}/{session.key}"
    calls: list[tuple[str, str, Any]] = [
        ("POST", CREATE, {"machine_id": MACHINE}),
        ("POST", f"{at}/order-summary", summary_body(session.key)),
        ("POST", f"{at}/init-payment", {}),
        ("POST", f"{at}/images", {}),
        ("DELETE", at, None),
    ]
    for headers in SUSPICIOUS:
        caller = shop.caller(headers)
        for method, path, body in calls:
            refused(await caller.request(method, path, json=body), 401, "AUTHENTICATION_REQUIRED")
    assert await shop.given.session_now(session.key) == session


async def test_the_loopback_rule_ends_at_the_partners_paths(shop: OpenShop):
    session = await shop.given.session()
    story = await shop.operator.get(f"/v1/sessions/{session.key}/story")
    refused(story, 401, "AUTHENTICATION_REQUIRED")


async def test_the_loopback_rule_can_be_turned_off(given: Given):
    async with open_shop(given, trust_loopback=False) as shop:
        refused(
            await shop.operator.post(CREATE, json={"machine_id": MACHINE}), 401, "AUTHENTICATION_REQUIRED"
        )


async def test_test_machines_can_be_closed_to_strangers(given: Given):
    async with open_shop(given, test_machines="off") as shop:
        response = await shop.stranger.post(CREATE, json={"machine_id": TEST_MACHINE})
        refused(response, 401, "AUTHENTICATION_REQUIRED")
        assert (await shop.operator.post(CREATE, json={"machine_id": TEST_MACHINE})).status_code == 200


async def test_a_forwarded_address_is_nobodys_choice(given: Given):
    async with open_shop(given, trusted_proxies="") as shop:
        session = await given.session()
        answer = await shop.caller({"x-forwarded-for": "1.2.3.4"}).post(f"{SESSIONS}/{session.key}/validate")
        assert answer.json()["security_info"]["client_ip"] == "127.0.0.1"


async def _registered(shop: OpenShop, key: str) -> Any:
    return await shop.stranger.post(f"{SESSIONS}/{key}/register-user", json={"machine_id": MACHINE})


async def test_the_first_phone_is_given_a_secret_in_the_answer_and_in_a_cookie_that_no_script_reads(
    shop: OpenShop,
):
    session = await shop.given.session()
    response = await _registered(shop, session.key)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith(f"client_token={response.json()['client_token']};")
    assert "HttpOnly" in cookie
    assert f"Path={SESSIONS}/{session.key}" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    second = await _registered(shop, session.key)
    assert "set-cookie" not in second.headers
    assert "client_token" not in second.json()


async def test_over_https_the_cookie_travels_nowhere_else(given: Given):
    async with open_shop(given, base_url="https://shop.example") as shop:
        session = await given.session()
        assert "Secure" in (await _registered(shop, session.key)).headers["set-cookie"]


async def test_the_machines_own_report_of_a_scan_brings_no_secret(shop: OpenShop):
    session = await shop.given.session()
    response = await shop.operator.post(f"{SESSIONS}/{session.key}/register-user", json={})
    assert response.json()["session_status"]["user_progress"] == "qr_scanned"
    assert "client_token" not in response.json()
    assert "client_token" in (await _registered(shop, session.key)).json()


@pytest.mark.parametrize("way", ["bearer", "cookie"])
async def test_the_phone_does_all_that_a_customer_does_and_nothing_that_the_machine_does(shop: OpenShop, way):
    session = await shop.given.session()
    token = (await _registered(shop, session.key)).json()["client_token"]
    sent = {"authorization": f"Bearer {token}"} if way == "bearer" else {"cookie": f"client_token={token}"}
    phone = shop.caller({**sent, "x-forwarded-for": "198.51.100.7", "origin": "http://shop.example"})
    at = f"{SESSIONS}/{session.key}"
    assert (await phone.post(f"{at}/images", content=b"a dog")).status_code == 200
    assert (await phone.post(f"{at}/order-summary", json=summary_body(session.key))).status_code == 200
    assert (await phone.post(f"{at}/init-payment")).status_code == 200
    refused(await phone.post(f"{at}/confirm-payment", json=confirm_body(session.key)), 403, "NOT_ALLOWED")
    assert (await shop.given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING


async def test_a_phone_that_does_not_look_like_a_browser_confirms_nothing_either(shop: OpenShop):
    session = await shop.given.session_to_pay()
    token = (await _registered(shop, session.key)).json()["client_token"]
    response = await shop.phone(token).post(
        f"{SESSIONS}/{session.key}/confirm-payment", json=confirm_body(session.key)
    )
    refused(response, 401, "AUTHENTICATION_REQUIRED")


async def test_one_phones_secret_opens_no_other_session(shop: OpenShop):
    mine, other = [await shop.given.session() for _ in range(2)]
    token = (await _registered(shop, mine.key)).json()["client_token"]
    await _registered(shop, other.key)
    for secret in (token, "nonsense", other.key):
        response = await shop.phone(secret).post(f"{SESSIONS}/{other.key}/images", content=b"a dog")
        refused(response, 401, "AUTHENTICATION_REQUIRED")


@pytest.mark.parametrize("machine", [MACHINE, TEST_MACHINE])
@pytest.mark.parametrize("header", [{"origin": "http://shop.example"}, {"sec-fetch-site": "same-origin"}])
async def test_a_browser_never_says_that_something_is_paid(shop: OpenShop, machine, header):
    session, begun = await shop.given.payment_begun(machine)
    browser = shop.caller(header)
    told = [{"third_id": begun.payment.reference, "status": 3}, []]
    for body in (told[0], told, {}):
        refused(await browser.post(PAY_STATUS, json=body), 403, "NOT_ALLOWED")
    path = f"{SESSIONS}/{session.key}/confirm-payment"
    refused(await browser.post(path, json=confirm_body(session.key)), 403, "NOT_ALLOWED")
    assert (await shop.given.session_now(session.key)).status is SessionStatus.PAYMENT_PENDING


async def test_anybody_may_play_every_part_at_a_test_machine(shop: OpenShop):
    anybody = shop.stranger
    created = await anybody.post(CREATE, json={"machine_id": TEST_MACHINE})
    key = created.json()["session_id"]
    at = f"{SESSIONS}/{key}"
    calls: list[tuple[str, str, Any]] = [
        ("POST", f"{at}/register-user", {}),
        ("POST", f"{at}/order-summary", summary_body(key)),
        ("GET", f"{at}/order-info", None),
        ("POST", f"{at}/init-payment", None),
        ("POST", f"{at}/confirm-payment", confirm_body(key, payment_amount=21.99)),
    ]
    for method, path, body in calls:
        response = await anybody.request(method, path, json=body)
        assert response.status_code == 200, (path, response.text)
    number = (await anybody.get(f"{at}/status")).json()["order_id"]
    printed = await anybody.post(ORDER_STATUS, json={"order_id": number, "status": "printed"})
    assert printed.json()["status"] == "printed"
    assert (await anybody.delete(at)).status_code == 200


async def test_whoever_holds_a_sessions_id_may_look_at_it_and_no_more(shop: OpenShop):
    session = await shop.given.session_to_pay()
    for method, name in (("GET", "status"), ("GET", "order-info"), ("POST", "validate")):
        path = f"{SESSIONS}/{session.key}/{name}"
        assert (await shop.stranger.request(method, path)).status_code == 200
