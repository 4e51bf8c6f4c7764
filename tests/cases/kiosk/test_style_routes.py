"""The phone asks for a style over HTTP, sees it come, takes it into its design; nobody else sees anything of it."""

import json

import pytest

from makeline.cases.kiosk.queries import pictures_of
from tests.given import Given
from tests.web import open_shop

ASK = {"template": "retro-remix", "style": "psychedelic-70s-glow", "wish": "with more\n orange"}


async def test_a_phone_has_a_picture_made_and_prints_it(given: Given):
    session = await given.session()
    secret = await given.secret(session.key)
    image = await given.picture(session.key)
    async with open_shop(given, styles_per_session=2) as shop:
        phone, at = shop.phone(secret), f"/v1/sessions/{session.key}/styles"
        asked = await phone.post(at, json={"image": image, **ASK}, headers={"idempotency-key": "k1"})
        assert asked.status_code == 200, asked.text
        told = asked.json()
        assert (told["state"], told["progress"], told["wish"]) == ("queued", 0, "with more orange")
        again = await phone.post(at, json={"image": image, **ASK})
        assert again.json()["id"] == told["id"]
        early = await phone.post(f"{at}/{told['id']}/take")
        assert (early.status_code, early.json()["error_code"]) == (409, "ILLEGAL_STATE")
        await given.promises_kept()
        one = (await phone.get(f"{at}/{told['id']}")).json()
        assert (one["state"], one["progress"], one["over"], one["width"]) == ("done", 100, True, 4000)
        news = (await phone.get(f"{at}/{told['id']}/events")).text
        assert (
            json.loads(news.partition("data: ")[2].partition("\n")[0])["url"].partition("?")[0] in one["url"]
        )
        path = one["url"].partition("//")[2].partition("/")[2]
        assert b"as psychedelic-70s-glow" in (await shop.stranger.get(f"/{path}")).content
        listed = (await phone.get(at)).json()
        assert ([entry["id"] for entry in listed["styled"]], listed["left"]) == ([told["id"]], 1)
        taken = (await phone.post(f"{at}/{told['id']}/take")).json()
        assert taken == (await phone.post(f"{at}/{told['id']}/take")).json()
        assert taken["image"] == one["url"].partition("/image/")[2].partition("?")[0]
        there = await given.database.read(lambda unit: pictures_of(unit, session.id))
        assert [picture.name for picture in there] == [image, taken["image"]]
        submitted = await given.summary(
            session.key,
            template="classic",
            images=(taken["image"],),
        )
        assert submitted.session.design_id is not None


@pytest.mark.parametrize("who", ["stranger", "browser", "other phone"])
async def test_nobody_else_learns_of_a_styled_picture(given: Given, who: str):
    session, other = await given.session("VM_LONDON_01"), await given.session("VM_LONDON_01")
    image = await given.picture(session.key)
    own, secret = await given.secret(session.key), await given.secret(other.key)
    async with open_shop(given) as shop:
        at = f"/v1/sessions/{session.key}/styles"
        told = (await shop.phone(own).post(at, json={"image": image, **ASK})).json()
        caller = {"stranger": shop.stranger, "browser": shop.browser, "other phone": shop.phone(secret)}[who]
        answers = [
            await caller.get(at),
            await caller.get(f"{at}/{told['id']}"),
            await caller.get(f"{at}/{told['id']}/events"),
            await caller.post(f"{at}/{told['id']}/take"),
            await caller.post(at, json={"image": image, **ASK}),
        ]
        assert {answer.status_code for answer in answers} <= {401, 403, 404}
        assert not any(image in answer.text for answer in answers)
        # Nor under the name of another session.
        elsewhere = f"/v1/sessions/{other.key}/styles/{told['id']}"
        assert (await shop.phone(secret).get(elsewhere)).status_code == 404


async def test_the_offer_is_told_once(given: Given):
    async with open_shop(given) as shop:
        offer = await shop.stranger.get("/v1/styles")
        again = await shop.stranger.get("/v1/styles", headers={"if-none-match": offer.headers["etag"]})
        wrong = await shop.stranger.get("/v1/sessions/x/styles/none")
    found = offer.json()["styles"]
    assert len(found) == 23
    assert {entry["template"] for entry in found} == {
        "retro-remix",
        "funny-toon",
        "cover-shoot",
        "glitch-pro",
    }
    assert (again.status_code, again.content) == (304, b"")
    assert wrong.status_code in (400, 401, 404)
