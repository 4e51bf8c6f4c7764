"""Verdict and overlay over HTTP: for whose design it is, and for staff; what fails is not approved."""

from hashlib import sha256

from makeline.cases.designs.boxes import Box
from makeline.cases.designs.verdict import Sight
from makeline.commerce.accounts.states import Role
from tests.asking import MODEL
from tests.cases.designs.test_drafts import begun, holder
from tests.given import Given
from tests.members import somebody
from tests.web import LINK_KEY, open_shop

KNOWN = {"link_keys": LINK_KEY}


async def test_a_verdict_names_each_finding_with_its_place(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        spot = {"x": 0.3, "y": 0.12}
        told, _ = await begun(shop.stranger, text="Hi", text_spot=spot, background="#112233")
        guest, at = holder(shop, told), f"/v1/designs/{told['design_id']}"
        verdict = (await guest.get(f"{at}/verdict")).json()
        assert verdict["verdict"] == "fail"
        (finding,) = verdict["findings"]
        assert (finding["code"], finding["grade"], finding["unit"], finding["picture"]) == (
            "TEXT_UNDER_CAMERA",
            "fail",
            "percent",
            None,
        )
        camera, area = verdict["camera"], finding["area"]
        assert camera["left_px"] < area["left_px"] < camera["left_px"] + camera["width_px"]
        assert 0 < area["x_mm"] < verdict["case"]["width_mm"]
        overlay = await guest.get(f"{at}/overlay.png")
        assert overlay.content == f"overlay {verdict['design_hash']} 1".encode()
        assert overlay.headers["content-type"] == "image/png"
        refused = await guest.post(f"{at}/approve", json={"version": 1})
        assert (refused.status_code, refused.json()["error_code"]) == (409, "DESIGN_NOT_PRINTABLE")
        assert refused.json()["findings"] == verdict["findings"]
        staff = await somebody(shop, "maria", Role.STAFF)
        assert (await staff.get(f"{at}/verdict")).json() == verdict
        for other in (shop.stranger, shop.phone("F" * 32)):
            assert (await other.get(f"{at}/verdict")).status_code == 404
            assert (await other.get(f"{at}/overlay.png")).status_code == 404


async def test_what_only_warns_may_be_approved_and_what_is_not_complete_has_no_verdict(given: Given) -> None:
    async with open_shop(given, **KNOWN) as shop:
        told, _ = await begun(shop.stranger)
        guest, at = holder(shop, told), f"/v1/designs/{told['design_id']}"
        seen = sha256(given.storage.kept[told["pictures"][0]["image"]]).hexdigest()
        given.renderer.sights[seen] = Sight(600, 800, (Box(1200, 1500, 180, 200),))
        verdict = (await guest.get(f"{at}/verdict")).json()
        assert (verdict["verdict"], {one["code"] for one in verdict["findings"]}) == (
            "warn",
            {"TOO_FEW_PIXELS", "FACE_OUTSIDE_SAFE_ZONE"},
        )
        assert (await guest.post(f"{at}/approve", json={"version": 1})).status_code == 200
        bare = await guest.post("/v1/designs", json={"template": "2-in-1", "model": MODEL})
        answer = await guest.get(f"/v1/designs/{bare.json()['design_id']}/verdict")
        assert (answer.status_code, answer.json()["validation_errors"][0]["field"]) == (422, "pictures")


async def test_a_visit_s_phone_machine_and_staff_see_the_verdict_of_what_was_submitted(given: Given) -> None:
    session = await given.session()
    phone_token = await given.secret(session.key)
    at = f"/v1/sessions/{session.key}/design"
    async with open_shop(given, **KNOWN) as shop:
        phone, staff = shop.phone(phone_token), await somebody(shop, "maria", Role.STAFF)
        early = await phone.get(f"{at}/verdict")
        assert (early.status_code, early.json()["error_code"]) == (409, "NO_ORDER_YET")
        await given.picture(session.key)
        submitted = await given.summary(session.key)
        for caller in (phone, staff):
            answer = await caller.get(f"{at}/verdict")
            assert (answer.status_code, answer.json()["verdict"]) == (200, "pass")
            assert (await caller.get(f"{at}/overlay.png")).content.startswith(b"overlay ")
        assert submitted.session.design_id is not None
        assert (await shop.stranger.get(f"{at}/verdict")).status_code == 401
        assert (await (await somebody(shop, "ivan")).get(f"{at}/verdict")).status_code in (401, 404)
