"""Sign-ins are seen and ended by their owner; a new password ends the others at once."""

from tests.given import Given
from tests.members import PASSWORD, signed_in, somebody
from tests.web import open_shop


async def test_people_see_where_they_are_signed_in_and_end_one(given: Given):
    async with open_shop(given) as shop:
        here = await somebody(shop, "vera")
        there = await signed_in(shop, "vera")
        said = (await here.get("/v1/account/sign-ins")).json()["items"]
        assert [entry["current"] for entry in said] == [False, True]
        assert said[0]["address"] == "203.0.113.9"
        assert "httpx" in said[0]["agent"]
        answer = await here.delete(f"/v1/account/sign-ins/{said[0]['id']}")
        assert answer.json() == {"ended": 1}
        assert (await there.get("/profile")).status_code == 401
        assert (await here.get("/profile")).status_code == 200
        again = await here.delete(f"/v1/account/sign-ins/{said[0]['id']}")
        assert again.status_code == 404


async def test_one_call_ends_all_others(given: Given):
    async with open_shop(given) as shop:
        here = await somebody(shop, "willy")
        others = [await signed_in(shop, "willy") for _ in range(3)]
        assert (await here.delete("/v1/account/sign-ins")).json() == {"ended": 3}
        assert [(await other.get("/profile")).status_code for other in others] == [401] * 3
        assert len((await here.get("/v1/account/sign-ins")).json()["items"]) == 1


async def test_a_new_password_needs_the_old_one_and_ends_every_other_sign_in(given: Given):
    async with open_shop(given) as shop:
        here = await somebody(shop, "xenia")
        there = await signed_in(shop, "xenia")
        body = {"current_password": "not this one", "new_password": "another long one"}
        wrong = await here.put("/v1/account/password", json=body)
        assert (wrong.status_code, list(wrong.json()["details"])) == (422, ["current_password"])
        body["current_password"] = PASSWORD
        weak = await here.put("/v1/account/password", json={**body, "new_password": "Xenia"})
        assert weak.status_code == 422
        assert (await here.put("/v1/account/password", json=body)).json() == {"ended": 1}
        assert (await there.get("/profile")).status_code == 401
        assert (await here.get("/profile")).status_code == 200
        old = await shop.stranger.post("/login", json={"username": "xenia", "password": PASSWORD})
        assert old.status_code == 401
        assert await signed_in(shop, "xenia", "another long one")


async def test_the_present_password_cannot_be_guessed_with_a_stolen_token(given: Given):
    async with open_shop(given) as shop:
        thief = await somebody(shop, "yuri")
        body = {"current_password": "guess", "new_password": "another long one"}
        codes = [(await thief.put("/v1/account/password", json=body)).status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
