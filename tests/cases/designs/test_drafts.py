"""Designs under way: saved, read again elsewhere, approved, and never changed afterwards."""

from typing import Any

import httpx2
import pytest

from makeline.cases.designs.queries import design
from makeline.cases.designs.save_draft import MOST_DRAFTS, TooManyDrafts, begin_draft
from makeline.cases.designs.sketch import Sketch
from makeline.cases.designs.spec import DesignSpec
from makeline.cases.designs.visitors import Visitor, hash_of_secret
from makeline.commerce.accounts.states import Role
from makeline.foundation.unit_of_work import UnitOfWork
from tests.asking import MODEL
from tests.given import Given
from tests.members import somebody
from tests.web import LINK_KEY, OpenShop, open_shop

KNOWN = {"link_keys": LINK_KEY}


async def picture(caller: httpx2.AsyncClient, raw: bytes = b"a picture of a cat") -> str:
    answer = await caller.post("/designs/images", content=raw, headers={"content-type": "image/png"})
    assert answer.status_code == 200, answer.text
    return answer.json()["url"]


async def begun(caller: httpx2.AsyncClient, **changes: Any) -> tuple[dict[str, Any], httpx2.Response]:
    url = await picture(caller)
    body = {"model": MODEL, "template": "classic", "pictures": [{"image": url}], **changes}
    answer = await caller.post("/v1/designs", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json(), answer


def holder(shop: OpenShop, told: dict[str, Any]) -> httpx2.AsyncClient:
    return shop.phone(told["design_token"])


async def test_a_guest_designs_saves_reads_again_and_approves(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        told, answer = await begun(shop.stranger, text="Hello", font="Open Sans")
        assert (told["state"], told["version"], told["revision"], answer.headers["etag"]) == (
            "editing",
            1,
            1,
            '"1"',
        )
        guest, at = holder(shop, told), f"/v1/designs/{told['design_id']}"
        body = {"model": MODEL, "template": "classic", "text": "Bye", "pictures": told["pictures"]}
        saved = await guest.put(at, json=body, headers={"If-Match": '"1"'})
        assert saved.status_code == 200, saved.text
        assert (saved.json()["text"], saved.headers["etag"]) == ("Bye", '"2"')
        # Autosave repeats itself: what is there already is no new version, whatever mark comes with it.
        again = await guest.put(at, json=body, headers={"If-Match": '"1"'})
        assert (again.status_code, again.json()["version"]) == (200, 2)
        assert (await guest.get(at)).json()["text"] == "Bye"
        assert [one["design_id"] for one in (await guest.get("/v1/designs")).json()["designs"]] == [
            told["design_id"]
        ]
        approved = await guest.post(f"{at}/approve", json={"version": 2})
        assert approved.status_code == 200, approved.text
        proof = approved.json()["approved"]
        assert (approved.json()["state"], approved.json()["version"], proof["revision"]) == ("approved", 3, 1)
        repeated = await guest.post(f"{at}/approve", json={"version": 2})
        assert repeated.json()["approved"]["design_hash"] == proof["design_hash"]
        picture_of_it = await shop.stranger.get(proof["proof_url"].removeprefix("http://makeline.test"))
        assert picture_of_it.content.startswith(b"proof " + proof["design_hash"].encode())


async def test_what_was_approved_stays_and_the_next_change_is_a_new_revision(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        told, _ = await begun(shop.stranger, text="one")
        guest, at = holder(shop, told), f"/v1/designs/{told['design_id']}"
        first = (await guest.post(f"{at}/approve", json={"version": 1})).json()
        body = {"model": MODEL, "template": "classic", "text": "two", "pictures": told["pictures"]}
        changed = (await guest.put(at, json=body, headers={"If-Match": '"2"'})).json()
        assert (changed["state"], changed["revision"], changed["version"]) == ("editing", 2, 3)
        assert changed["approved"] == first["approved"]
        second = (await guest.post(f"{at}/approve", json={"version": 3})).json()
        assert second["approved"]["revision"] == 2
        assert second["approved"]["design_hash"] != first["approved"]["design_hash"]
    kept = await given.database.read(lambda unit: [design(unit, number).spec["text"] for number in (1, 2)])
    assert kept == ["one", "two"]


async def test_two_tabs_do_not_write_over_each_other(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        told, _ = await begun(shop.stranger)
        guest, at = holder(shop, told), f"/v1/designs/{told['design_id']}"
        body = {"template": "classic", "text": "left"}
        assert (await guest.put(at, json=body, headers={"If-Match": '"1"'})).status_code == 200
        late = await guest.put(at, json={**body, "text": "right"}, headers={"If-Match": '"1"'})
        assert (late.status_code, late.json()["error_code"], late.json()["version"]) == (
            409,
            "DESIGN_CHANGED",
            2,
        )
        approval = await guest.post(f"{at}/approve", json={"version": 1})
        assert (approval.status_code, approval.json()["error_code"]) == (409, "DESIGN_CHANGED")
        unmarked = await guest.put(at, json=body)
        assert unmarked.json()["validation_errors"][0]["field"] == "If-Match"


async def test_a_design_is_its_owner_s_alone(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        anna, ivan = await somebody(shop, "anna"), await somebody(shop, "ivan")
        told, _ = await begun(anna)
        assert told["design_token"] is None
        at = f"/v1/designs/{told['design_id']}"
        for other in (ivan, shop.stranger, shop.phone("F" * 32), shop.operator):
            assert (await other.get(at)).status_code == 404
            write = await other.put(at, json={"template": "classic"}, headers={"If-Match": '"1"'})
            assert write.status_code == 404
            assert (await other.post(f"{at}/approve", json={"version": 1})).status_code == 404
        # Staff looks and does not touch.
        staff = await somebody(shop, "maria", Role.STAFF)
        assert (await staff.get(at)).status_code == 200
        assert (await staff.post(f"{at}/approve", json={"version": 1})).status_code == 404
        assert (await shop.stranger.get("/v1/designs")).status_code == 401
        assert (await shop.phone("a.b.c").get("/v1/designs")).status_code == 401


async def test_the_phone_at_a_machine_keeps_its_design_by_its_own_secret(given: Given) -> None:
    session = await given.session()
    secret = await given.secret(session.key)
    async with open_shop(given, **KNOWN) as shop:
        phone = shop.phone(secret)
        told, _ = await begun(phone)
        assert told["design_token"] is None
        assert (await phone.get(f"/v1/designs/{told['design_id']}")).status_code == 200


REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"template": "5-in-1"}, "template"),
    ({"model": "Nokia 3310"}, "model"),
    ({"pictures": [None, None]}, "pictures"),
    ({"pictures": [{"image": "picture-of-a-stranger.png"}]}, "pictures.0.image"),
    ({"pictures": [{"image": "http://x/image/a.png?token=1:end_user:00"}]}, "pictures.0.image"),
    ({"font": "Papyrus"}, "font_id"),
    ({"background": "blue"}, "background"),
    ({"text": "x" * 161}, "text"),
    ({"text": "a\u0007"}, "text"),
    ({"pictures": [{"image": "x", "view": {"zoom": 9}}]}, "pictures.0.view.zoom"),
)


async def test_what_cannot_be_drawn_is_refused_when_it_is_saved(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        for changes, field in REFUSED:
            answer = await shop.stranger.post("/v1/designs", json={"template": "classic", **changes})
            assert answer.status_code == 422, answer.text
            assert field in {problem["field"] for problem in answer.json()["validation_errors"]}


async def test_an_incomplete_design_is_kept_and_cannot_be_approved(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        url = await picture(shop.stranger)
        begun_one = await shop.stranger.post(
            "/v1/designs", json={"template": "3-in-1", "pictures": [None, {"image": url}]}
        )
        told = begun_one.json()
        assert [entry and entry["image"] for entry in told["pictures"]] == [
            None,
            url.split("/image/")[1].split("?")[0],
        ]
        guest, at = holder(shop, told), f"/v1/designs/{told['design_id']}"
        no_model = await guest.post(f"{at}/approve", json={"version": 1})
        assert no_model.json()["validation_errors"][0]["field"] == "model"
        body = {"template": "3-in-1", "model": MODEL, "pictures": told["pictures"]}
        assert (await guest.put(at, json=body, headers={"If-Match": '"1"'})).status_code == 200
        gap = await guest.post(f"{at}/approve", json={"version": 2})
        assert (gap.status_code, gap.json()["validation_errors"][0]["field"]) == (422, "pictures")
        whole = {"template": "classic", "model": MODEL, "pictures": [{"image": url}]}
        assert (await guest.put(at, json=whole, headers={"If-Match": '"2"'})).status_code == 200
        wrong_blank = await guest.post(f"{at}/approve", json={"version": 3, "shell_id": "MS0"})
        assert wrong_blank.json()["validation_errors"][0]["field"] == "shell_id"


async def test_one_address_sends_so_many_pictures_a_minute(given: Given) -> None:
    async with open_shop(given, limit_pictures=2, **KNOWN) as shop:
        for _ in range(2):
            await picture(shop.stranger)
        answer = await shop.stranger.post(
            "/designs/images", content=b"x", headers={"content-type": "image/png"}
        )
        assert (answer.status_code, answer.json()["error_code"]) == (429, "RATE_LIMITED")
        assert int(answer.headers["retry-after"]) > 0


async def test_a_customer_keeps_so_many_designs_and_no_more(given: Given) -> None:
    guest = Visitor("guest", token_hash=hash_of_secret("a secret"))
    sketch = Sketch("", DesignSpec("classic", ()))

    def begin_all(unit: UnitOfWork) -> None:
        for _ in range(MOST_DRAFTS):
            begin_draft(unit, guest, sketch)

    await given.database.begin(begin_all, actor="test")
    with pytest.raises(TooManyDrafts):
        await given.database.begin(lambda unit: begin_draft(unit, guest, sketch), actor="test")
