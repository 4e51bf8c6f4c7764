"""Every session path answers with exactly the documented fields and types, and says what is true."""

from typing import Any

import httpx2
import pytest

from tests.adapters.print_partner.routes.bodies import SESSIONS, confirm_body, summary_body
from tests.given import MACHINE, Given
from tests.shapes import fits
from tests.web import OpenShop

NOT_YET = ("order_id", "payment_amount", "session_data")
# What we say besides: colours are part of a selection as well.
OURS = ("session_data.user_selections.colors",)


async def _answer(response: httpx2.Response) -> dict[str, Any]:
    assert response.status_code == 200, response.text
    assert response.headers["content-type"] == "application/json"
    return response.json()


async def _status(shop: OpenShop, key: str) -> dict[str, Any]:
    return await _answer(await shop.stranger.get(f"{SESSIONS}/{key}/status"))


async def test_a_new_session_tells_its_code_its_machine_and_its_end(shop: OpenShop):
    body = {
        "machine_id": MACHINE,
        "location": "Oxford Street Mall - Level 2",
        "session_timeout_minutes": 20,
        "metadata": {"mall_name": "Oxford Street Mall", "floor": "Level 2", "timezone": "Europe/London"},
    }
    answer = await _answer(await shop.operator.post("/api/vending/create-session", json=body))
    assert fits(answer, "create-session")
    key = answer["session_id"]
    assert answer["qr_data"] == {
        "session_id": key,
        "machine_id": MACHINE,
        "expires_at": "2026-03-04T12:20:00Z",
        "qr_url": f"{shop.url}/?session={key}&machine={MACHINE}",
    }
    assert answer["session_info"] == {
        "status": "active",
        "user_progress": "started",
        "expires_at": "2026-03-04T12:20:00Z",
        "created_at": "2026-03-04T12:00:00Z",
    }
    kept = await shop.given.session_now(key)
    assert (kept.location, kept.details) == (body["location"], body["metadata"])


async def test_a_fresh_session_is_null_where_nothing_is_known_yet(shop: OpenShop):
    session = await shop.given.session()
    answer = await _status(shop, session.key)
    assert fits(answer, "status", null=NOT_YET)
    assert (answer["status"], answer["user_progress"], answer["security_validated"]) == (
        "active",
        "started",
        True,
    )


async def test_a_scan_is_answered_with_the_phones_secret_once(shop: OpenShop):
    session = await shop.given.session()
    body = {
        "machine_id": MACHINE,
        "session_id": session.key,
        "location": "Oxford Street Mall - Level 2",
        "user_agent": "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)",
        "ip_address": "192.168.1.100",
    }
    first = await _answer(await shop.stranger.post(f"{SESSIONS}/{session.key}/register-user", json=body))
    assert fits(first, "register-user", extra=["client_token", "order_url"])
    assert first["session_status"]["user_progress"] == "qr_scanned"
    again = await _answer(await shop.stranger.post(f"{SESSIONS}/{session.key}/register-user", json=body))
    assert fits(again, "register-user")
    # The answer to a poll gives away nothing of what the phone said of itself.
    polled = await shop.stranger.get(f"{SESSIONS}/{session.key}/status")
    for secret in (first["client_token"], "iPhone; CPU", "192.168.1.100"):
        assert secret not in polled.text


async def test_a_picture_is_answered_with_its_name_its_link_and_its_size(shop: OpenShop):
    session = await shop.given.session()
    response = await shop.operator.post(f"{SESSIONS}/{session.key}/images", content=b"a picture of a dog")
    answer = await _answer(response)
    assert fits(answer, "images")
    assert answer["url"].startswith(f"{shop.url}/image/{answer['image']}?token=")
    assert (answer["width"], answer["height"], len(answer["sha256"])) == (4000, 3000, 64)
    assert (await shop.caller().get(answer["url"])).content == b"a picture of a dog"


async def _summed_up(shop: OpenShop) -> tuple[str, dict[str, Any]]:
    session = await shop.given.session()
    await shop.given.picture(session.key)
    response = await shop.operator.post(
        f"{SESSIONS}/{session.key}/order-summary", json=summary_body(session.key)
    )
    return session.key, await _answer(response)


async def test_a_summary_is_answered_with_the_price_to_pay(shop: OpenShop):
    _, answer = await _summed_up(shop)
    assert fits(answer, "order-summary", extra=["order_url", "warnings"])
    assert answer["warnings"] == []
    assert answer["session_status"] == {
        "status": "payment_pending",
        "user_progress": "payment_reached",
        "payment_amount": 21.99,
    }


async def test_the_poll_after_the_summary_shows_what_was_chosen(shop: OpenShop):
    key, _ = await _summed_up(shop)
    answer = await _status(shop, key)
    assert fits(answer, "status", null=["order_id"], extra=OURS)
    assert answer["payment_amount"] == 21.99
    assert answer["session_data"] == {
        "brand": "iphone",
        "model": "iPhone 15 Pro",
        "template": "retro-remix",
        "user_selections": {
            "images_uploaded": 1,
            "text_added": "My Custom Text",
            "font": "Inter",
            "colors": {"background": "#FFFFFF", "text": "#000000"},
        },
    }


async def test_the_machines_screen_is_told_what_is_to_be_paid_and_why(shop: OpenShop):
    key, _ = await _summed_up(shop)
    answer = await _answer(await shop.stranger.get(f"{SESSIONS}/{key}/order-info"))
    assert fits(answer, "order-info")
    assert answer["order_summary"] == {
        "brand": "iPhone",
        "model": "iPhone 15 Pro",
        "template": "Retro Remix",
        "price": 21.99,
        "currency": "GBP",
        "features": ["AI Enhancement", "Custom Text", "High Quality Print"],
    }
    assert answer["payment_info"]["breakdown"] == {"base_price": 19.99, "ai_enhancement": 2.0}
    assert answer["machine_info"] == {"id": MACHINE, "location": "Oxford Street Station"}


async def test_a_payment_that_begins_is_answered_with_both_ids(shop: OpenShop):
    session = await shop.given.session_to_pay()
    answer = await _answer(await shop.operator.post(f"{SESSIONS}/{session.key}/init-payment"))
    assert fits(answer, "init-payment")
    assert (answer["amount"], answer["currency"]) == (19.99, "GBP")
    again = await _answer(await shop.operator.post(f"{SESSIONS}/{session.key}/init-payment", json={}))
    assert again == answer


@pytest.mark.parametrize("method", ["card", "cash", "contactless"])
async def test_a_confirmed_payment_is_answered_with_order_and_queue_number(shop: OpenShop, method):
    session = await shop.given.session_to_pay()
    path = f"{SESSIONS}/{session.key}/confirm-payment"
    body = confirm_body(session.key, payment_method=method)
    answer = await _answer(await shop.operator.post(path, json=body))
    assert fits(answer, "confirm-payment", extra=["order_url"])
    assert (answer["queue_number"], answer["print_status"]) == ("Q001", "queued_for_production")
    shop.given.clock.tick(minutes=1)
    assert await _answer(await shop.operator.post(path, json=body)) == answer
    polled = await _status(shop, session.key)
    assert fits(polled, "status", extra=OURS, null=_unsaid(polled))
    assert (polled["status"], polled["order_id"]) == ("payment_completed", answer["order_id"])


def _unsaid(answer: dict[str, Any]) -> list[str]:
    """Selections that the usual order of ``given`` does not make."""
    chosen = answer["session_data"]["user_selections"]
    return [f"session_data.user_selections.{name}" for name in ("text_added", "font") if chosen[name] is None]


async def test_both_ways_to_pay_answer_the_same_order(shop: OpenShop):
    session = await shop.given.session_to_pay()
    begun = await _answer(await shop.operator.post(f"{SESSIONS}/{session.key}/init-payment"))
    confirmed = await _answer(
        await shop.operator.post(f"{SESSIONS}/{session.key}/confirm-payment", json=confirm_body(session.key))
    )
    assert confirmed["order_id"] == begun["order_id"]


async def test_a_good_session_validates(shop: OpenShop):
    session = await shop.given.session()
    answer = await _answer(await shop.stranger.post(f"{SESSIONS}/{session.key}/validate"))
    assert fits(answer, "validate")
    assert (answer["valid"], answer["session_health"]["is_active"]) == (True, True)
    assert answer["security_info"]["client_ip"] == "203.0.113.9"


async def test_an_expired_session_says_so_by_the_clock_alone(shop: OpenShop):
    session = await shop.given.session_to_pay()
    assert (await _status(shop, session.key))["status"] == "payment_pending"
    shop.given.clock.tick(minutes=25)
    polled = await _status(shop, session.key)
    assert (polled["status"], polled["security_validated"]) == ("expired", False)
    answer = await _answer(await shop.stranger.post(f"{SESSIONS}/{session.key}/validate"))
    assert fits(answer, "validate")
    assert answer["valid"] is answer["security_validated"] is answer["security_info"]["validated"] is False
    assert answer["session_health"]["is_expired"] is True
    assert answer["session_health"]["status"] == "expired"


async def test_a_cancelled_session_is_not_valid_and_not_expired(shop: OpenShop):
    session = await shop.given.session()
    await shop.given.closed(session.key)
    answer = await _answer(await shop.stranger.post(f"{SESSIONS}/{session.key}/validate"))
    assert (answer["valid"], answer["session_health"]["is_expired"]) == (False, False)
    assert (await _status(shop, session.key))["status"] == "cancelled"


async def test_a_poll_is_never_older_than_the_last_change(shop: OpenShop, given: Given):
    session = await given.session()
    seen = [(await _status(shop, session.key))["user_progress"]]
    await given.phone(session.key)
    seen.append((await _status(shop, session.key))["user_progress"])
    await given.picture(session.key)
    seen.append((await _status(shop, session.key))["user_progress"])
    await given.summary(session.key)
    seen.append((await _status(shop, session.key))["user_progress"])
    assert seen == ["started", "qr_scanned", "designing", "payment_reached"]
    await given.confirmed(session.key)
    assert (await _status(shop, session.key))["status"] == "payment_completed"


async def test_a_closed_session_answers_as_documented_however_often(shop: OpenShop):
    session = await shop.given.session()
    for _ in range(3):
        answer = await _answer(await shop.operator.delete(f"{SESSIONS}/{session.key}"))
        assert fits(answer, "close")
        assert answer["session_id"] == session.key
    expired = await shop.given.session()
    shop.given.clock.tick(minutes=25)
    assert (await shop.operator.delete(f"{SESSIONS}/{expired.key}")).status_code == 200


async def test_a_new_session_may_name_its_machine_by_its_printer_and_so_may_the_scan(shop: OpenShop):
    created = await _answer(
        await shop.operator.post("/api/vending/create-session", json={"machine_id": "LONDON_DEVICE_001"})
    )
    assert created["qr_data"]["machine_id"] == MACHINE
    for machine in ("LONDON_DEVICE_001", MACHINE):
        path = f"{SESSIONS}/{created['session_id']}/register-user"
        await _answer(await shop.stranger.post(path, json={"machine_id": machine}))
