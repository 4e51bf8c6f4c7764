"""The phone designs a case over the documented paths and its own two: every step by the secret in its cookie alone."""

import hashlib
import json
from typing import Any

import httpx2
from sqlalchemy import select

from makeline.cases.kiosk.order_page import PAGES
from makeline.cases.kiosk.terms import TERMS, VERSION, consents
from makeline.cases.kiosk.visit import TEMPLATE
from makeline.foundation.statements import Query
from tests.asking import MACHINE, MODEL
from tests.given import Given
from tests.web import LINK_KEY, OpenShop, open_shop

# The text that customers accept, as it was when its version was made.
TEXT = {"2026-11-21": "5bbf147419708e8a"}


def _browser(shop: OpenShop) -> httpx2.AsyncClient:
    """A phone's browser: keeps cookies, and says that it is one."""
    return shop.caller({"sec-fetch-site": "same-origin", "x-forwarded-for": "198.51.100.7"})


async def _joined(shop: OpenShop, key: str) -> httpx2.AsyncClient:
    phone = _browser(shop)
    registered = await phone.post(f"/api/vending/session/{key}/register-user", json={})
    assert registered.json()["client_token"]
    return phone


def _summary(visit: dict[str, Any], **changes: Any) -> dict[str, Any]:
    model = next(model for model in visit["models"] if model["name"] == MODEL)
    data = {
        "model": model["id"],
        "template": visit["template"],
        "images": [visit["pictures"][-1]["image"]],
        "text": "Make a wish",
        "colors": {"background": "#FFFFFF", "text": "#FFFFFF"},
        **changes,
    }
    return {"order_data": data, "payment_amount": visit["price"], "currency": visit["currency"]}


async def test_a_phone_goes_from_the_code_to_the_order_page(given: Given):
    session = await given.session()
    ours, documented = f"/v1/sessions/{session.key}", f"/api/vending/session/{session.key}"
    async with open_shop(given) as shop:
        phone = await _joined(shop, session.key)
        first = (await phone.get(f"{ours}/visit")).json()
        assert (first["is_the_phone"], first["accepted_at"], first["proof_url"]) == (True, None, None)
        assert (first["machine_id"], first["template"], first["price_text"]) == (
            MACHINE,
            TEMPLATE,
            "19.99 GBP",
        )
        accepted = await phone.post(
            f"{ours}/consent", json={"terms_version": first["terms_version"], "language": "ru"}
        )
        assert accepted.status_code == 200
        sent = await phone.post(
            f"{documented}/images", content=b"a picture of a dog", headers={"content-type": "image/jpeg"}
        )
        assert sent.status_code == 200, sent.text
        second = (await phone.get(f"{ours}/visit")).json()
        assert second["accepted_version"] == VERSION
        assert [picture["image"] for picture in second["pictures"]] == [sent.json()["image"]]
        view = {"zoom": 1.5, "shift_x": -0.25, "shift_y": 1.0, "turn": 90}
        summary = await phone.post(f"{documented}/order-summary", json=_summary(second, views=[view]))
        assert summary.status_code == 200, summary.text
        third = (await phone.get(f"{ours}/visit")).json()
        assert third["order_data"]["views"] == [view]
        assert (await phone.get(third["proof_url"])).status_code == 200
        assert (await phone.post(f"{documented}/init-payment", json={})).status_code == 200
        await given.confirmed(session.key)
        page = await phone.get(third["order_url"])
        paid = (await phone.get(f"{ours}/visit")).json()
    assert page.status_code == 200
    assert paid["status"] == "payment_completed"


async def test_what_shows_of_a_picture_is_another_design(given: Given):
    session = await given.session()
    await given.picture(session.key)
    at = f"/api/vending/session/{session.key}/order-summary"
    async with open_shop(given) as shop:
        phone = await _joined(shop, session.key)
        visit = (await phone.get(f"/v1/sessions/{session.key}/visit")).json()
        designs = []
        for views in ([], [{"zoom": 2}], [{"turn": 180}], [{"zoom": 1.0, "turn": 0}]):
            answer = await phone.post(at, json=_summary(visit, views=views))
            assert answer.status_code == 200, answer.text
            designs.append((await given.session_now(session.key)).design_id)
        refused = [
            await phone.post(at, json=_summary(visit, views=[view]))
            for view in ({"zoom": 0.5}, {"zoom": 5}, {"turn": 45}, {"shift_x": -2}, {"shift_y": "0"})
        ]
    assert len(set(designs)) == 3
    assert designs[0] == designs[3]
    assert {answer.status_code for answer in refused} == {422}


async def test_a_visit_belongs_to_the_first_phone(given: Given):
    session = await given.session()
    async with open_shop(given) as shop:
        phone = await _joined(shop, session.key)
        second = _browser(shop)
        again = await second.post(f"/api/vending/session/{session.key}/register-user", json={})
        assert "client_token" not in again.json()
        answers = [
            await second.get(f"/v1/sessions/{session.key}/visit"),
            await second.post(
                f"/v1/sessions/{session.key}/consent", json={"terms_version": VERSION, "language": "en"}
            ),
        ]
        assert (await phone.get(f"/v1/sessions/{session.key}/visit")).status_code == 200
    assert {answer.status_code for answer in answers} <= {401, 403}


async def test_at_a_test_machine_everybody_may_look_and_only_the_phone_may_accept(given: Given):
    session = await given.session("VM001")
    async with open_shop(given) as shop:
        await _joined(shop, session.key)
        looked = await shop.stranger.get(f"/v1/sessions/{session.key}/visit")
        accepted = await shop.stranger.post(
            f"/v1/sessions/{session.key}/consent", json={"terms_version": VERSION, "language": "en"}
        )
    assert (looked.status_code, looked.json()["is_the_phone"]) == (200, False)
    assert accepted.status_code in (401, 403)


async def test_consent_is_kept_once_with_version_language_phone_and_moment(given: Given):
    session = await given.session()
    at = f"/v1/sessions/{session.key}/consent"
    async with open_shop(given) as shop:
        phone = await _joined(shop, session.key)
        first = await phone.post(at, json={"terms_version": VERSION, "language": "zh"})
        given.clock.tick(seconds=60)
        again = await phone.post(at, json={"terms_version": VERSION, "language": "en"})
        wrong = [
            await phone.post(at, json=body)
            for body in (
                {"terms_version": "2020-01-01", "language": "en"},
                {"terms_version": VERSION, "language": "xx"},
                {},
            )
        ]
        given.clock.tick(seconds=86_400)
        late = await phone.post(at, json={"terms_version": VERSION, "language": "en"})
    assert first.json() == again.json()
    assert {answer.status_code for answer in wrong} == {422}
    assert late.status_code == 410
    ((version, language, token_hash),) = await given.rows(
        Query(select(consents.c.terms_version, consents.c.language, consents.c.client_token_hash), tuple)
    )
    assert (version, language) == (VERSION, "zh")
    assert token_hash == (await given.session_now(session.key)).client_token_hash


async def test_only_models_with_a_blank_are_offered_and_the_one_that_is_held_stays(given: Given):
    session = await given.session_to_pay()
    async with open_shop(given) as shop:
        phone = await _joined(shop, session.key)
        for shell in await given.shells_of():
            await given.blanks(1 if shell == await given.usual_shell() else 0, shell=shell)
        offered = (await phone.get(f"/v1/sessions/{session.key}/visit")).json()["models"]
        other = await given.session()
        second = await _joined(shop, other.key)
        left = (await second.get(f"/v1/sessions/{other.key}/visit")).json()["models"]
    assert MODEL in {model["name"] for model in offered}
    assert MODEL not in {model["name"] for model in left}
    assert all(1.2 <= model["height_px"] / model["width_px"] <= 3 for model in offered)


def test_other_terms_have_another_version():
    text = json.dumps(TERMS, ensure_ascii=False, sort_keys=True)
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == TEXT[VERSION], "a new text needs a new version"
    assert TERMS.keys() == json.loads((PAGES / "join.json").read_text()).keys()
    assert len({len(lines) for lines in TERMS.values()}) == 1


async def test_a_visit_s_phone_keeps_its_design_below_the_visit_and_nobody_else_does(given: Given) -> None:
    session = await given.session()
    token = await given.secret(session.key)
    at = f"/v1/sessions/{session.key}/designs"
    async with open_shop(given, link_keys=LINK_KEY) as shop:
        phone, at_visit = shop.phone(token), f"/api/vending/session/{session.key}"
        raw = await phone.post(f"{at_visit}/images", content=b"a cat", headers={"content-type": "image/png"})
        body = {"model": MODEL, "template": "classic", "pictures": [{"image": raw.json()["url"]}]}
        begun = await phone.post(at, json=body)
        assert (begun.status_code, begun.json()["design_token"]) == (200, None)
        mine = f"{at}/{begun.json()['design_id']}"
        saved = await phone.put(mine, json={**body, "text": "Hi"}, headers={"If-Match": '"1"'})
        assert (saved.status_code, saved.json()["version"]) == (200, 2)
        assert (await phone.get(f"{mine}/verdict")).json()["verdict"] == "pass"
        assert [one["text"] for one in (await phone.get(at)).json()["designs"]] == ["Hi"]
        for other in (shop.stranger, shop.phone("F" * 32), shop.operator):
            refused = [await other.get(at), await other.get(mine), await other.get(f"{mine}/verdict")]
            refused += [await other.post(at, json=body), await other.put(mine, json=body)]
            assert {answer.status_code for answer in refused} <= {401, 403, 404}
        # Where the words stand is part of what is handed in.
        data = {"model": MODEL, "template": "classic", "text": "Hi", "text_place": "top"}
        summary = {"order_data": data, "payment_amount": 19.99, "currency": "GBP"}
        assert (await phone.post(f"{at_visit}/order-summary", json=summary)).status_code == 200
        assert (await phone.get(f"/v1/sessions/{session.key}/visit")).json()["order_data"][
            "text_place"
        ] == "top"
        assert (await phone.delete(f"/v1/sessions/{session.key}/pictures")).status_code == 200
        assert (await phone.get(mine)).status_code == 404
