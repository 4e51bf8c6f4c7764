"""One good body for every call of the webstore, of its gateway and of the staff behind it that takes one."""

import time
from typing import Any

import httpx2

from makeline.adapters.stripe.simulator.events import signature_of
from makeline.adapters.stripe.simulator.settings import WEBHOOK_SECRET
from makeline.cases.production.print_partner import JobStep
from tests.asking import MODEL
from tests.faults.calls_that_put_in import Calls, Fields
from tests.web_buying import ADDRESS

BUYER = {"customer_email": "ada@example.com", "customer_name": "Ada"}
DEARER = {"kind": "template", "id": "classic", "field": "kiosk_price", "value": 21.5}
STAGES = {
    "entity": "lead",
    "stages": {"new": ["NEW"], "working": ["IN_PROCESS"], "won": ["CONVERTED"], "lost": ["JUNK"]},
}


async def webstore(play: Calls, admin: httpx2.AsyncClient) -> None:
    """Cases are designed and bought; one is given up by its buyer, one by staff, and one is made and sent."""
    guest, bought = await _bought(play)
    await play.call(
        play.shop.stranger, "POST", "/v1/shop/orders/{token}/cancel", {"reason": "no"}, token=bought["order_token"]
    )  # fmt: skip
    body = {"reason": "nobody pays"}
    number = (await _page_opened(play))["order_number"]
    await play.call(admin, "POST", "/v1/staff/web-orders/{number}/cancel", body, number=number)
    number = await _made(play, (await guest.post("/v1/shop/orders", json=_wish(bought["design_id"]))).json())
    body = {"carrier": "Royal Mail", "tracking": "RM1"}
    await play.call(admin, "POST", "/v1/staff/web-orders/{number}/ship", body, number=number)


async def offers(play: Calls, admin: httpx2.AsyncClient) -> None:
    """A price of a case is looked at and changed."""
    change = {"changes": [DEARER]}
    seen = await play.call(admin, "POST", "/v1/staff/catalogue/preview", change)
    await play.call(
        admin, "POST", "/v1/staff/catalogue", {**change, "reason": "dearer blanks", "draft": seen["draft"]}
    )


async def stages(play: Calls, admin: httpx2.AsyncClient) -> None:
    """Staff decide what the stages of the CRM stand for."""
    await play.call(admin, "POST", "/v1/crm/stages/preview", STAGES)
    await play.call(admin, "PUT", "/v1/crm/stages", {**STAGES, "based_on": 0, "note": "as we work now"})


async def _bought(play: Calls) -> tuple[httpx2.AsyncClient, Any]:
    """A guest with an order of his, to which its design's number is added."""
    stranger = play.shop.stranger
    sketch: Fields = {"model": MODEL, "template": "classic", "pictures": [{"image": await _picture(play)}]}
    told = await play.call(stranger, "POST", "/v1/designs", sketch)
    guest, design = play.shop.phone(told["design_token"]), told["design_id"]
    saved = await play.call(
        guest, "PUT", "/v1/designs/{design_id}", {**sketch, "text": "Ada"},
        headers=lambda _: {"if-match": f'"{told["version"]}"'}, design_id=design,
    )  # fmt: skip
    await play.call(
        stranger, "POST", "/v1/designs/outline", {"model": MODEL, "template": "classic", "text": "Ada"}
    )
    wish = {"image": told["pictures"][0]["image"], "template": "retro-remix", "style": "vhs-nostalgia"}
    await play.call(guest, "POST", "/v1/designs/{design_id}/styles", wish, design_id=design)
    body = {"version": saved["version"]}
    await play.call(guest, "POST", "/v1/designs/{design_id}/approve", body, design_id=design)
    await play.call(guest, "POST", "/v1/shop/prices", _wish(design))
    return guest, {**await play.call(guest, "POST", "/v1/shop/orders", _wish(design)), "design_id": design}


def _wish(design: str) -> Fields:
    return {**BUYER, "design_id": design, "address": ADDRESS}


async def _page_opened(play: Calls) -> Any:
    """An order of a client of the webstore who draws for himself."""
    body = {
        **BUYER, "amount_pence": 3500, "template_id": "classic", "brand": "iPhone", "model": MODEL,
        "final_image_url": await _picture(play),
    }  # fmt: skip
    return await play.call(play.shop.stranger, "POST", "/create-checkout-session", body)


async def _picture(play: Calls) -> str:
    raw = {"content": b"a picture of a cat", "headers": {"content-type": "image/png"}}
    return (await play.shop.stranger.post("/designs/images", **raw)).json()["url"]


async def _made(play: Calls, bought: Any) -> str:
    """It is paid, which the gateway's event tells, and printed: its number. What is put in, is signed, too."""
    given, page = play.shop.given, str(bought["checkout_url"]).rpartition("/")[2]
    given.gateway.held(page)
    thing = {**play.put_in(("POST", "/stripe/webhook")), "id": page}
    event = {
        "id": "evt_1", "object": "event", "type": "checkout.session.completed", "data": {"object": thing},
    }  # fmt: skip
    heard = await play.call(
        play.shop.stranger, "POST", "/stripe/webhook", event,
        headers=lambda raw: {"stripe-signature": signature_of(raw, WEBHOOK_SECRET, int(time.time()))},
    )  # fmt: skip
    assert heard["outcome"] == "applied"
    await given.promises_kept()
    order = await given.order(bought["order_number"])
    await given.submitted(order, until_sent=True)
    await given.print_notice(order.number, JobStep.PRINTED)
    await given.promises_kept()
    return order.number
