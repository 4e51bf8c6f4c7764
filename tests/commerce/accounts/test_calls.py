"""Accounts over HTTP: registering, signing in and out, profiles; on both databases."""

import asyncio

from makeline.commerce.accounts.states import Role
from tests.given import Given
from tests.members import PASSWORD, becomes, register, registration, signed_in, somebody
from tests.web import OpenShop, open_shop

COMPANY = {
    "company_name": "ООО «Ромашка»",
    "inn": "7707083893",
    "kpp": "773601001",
    "bik": "044525225",
    "bank_name": "Bank",
    "account": "",
    "correspondent_account": "30101810400000000225",
    "legal_address": "Москва",
}


async def test_somebody_registers_signs_in_and_reads_his_profile(given: Given):
    async with open_shop(given) as shop:
        anna = await somebody(shop, "anna")
        answer = await anna.get("/profile")
    assert answer.status_code == 200
    said = answer.json()
    assert isinstance(said.pop("id"), int)
    assert said == {
        "username": "anna",
        "email": "anna@example.com",
        "full_name": "Anna Example",
        "phone": "+44 20 7946 0000",
        "user_type": "individual",
        "is_admin": False,
        "created_at": "2026-03-04T12:00:00Z",
        "role": "customer",
        "email_confirmed": False,
        **dict.fromkeys(COMPANY, ""),
    }


async def test_a_legal_entity_is_kept_and_read_again(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "boris", user_type="legal", **COMPANY)
        boris = await signed_in(shop, "boris")
        said = (await boris.get("/profile")).json()
        assert {name: said[name] for name in COMPANY} == COMPANY
        assert said["user_type"] == "legal"
        # What was not sent stays, and a number is checked against what is kept already.
        wrong = await boris.put("/profile", json={"account": "40702810900000000001"})
        assert wrong.status_code == 422
        assert list(wrong.json()["details"]) == ["account"]
        assert (await boris.put("/profile", json={"phone": "1"})).json() == {
            "message": "Profile updated successfully"
        }
        after = (await boris.get("/profile")).json()
    assert after == {**said, "phone": "1"}


async def test_missing_fields_are_individual_and_empty(given: Given):
    async with open_shop(given) as shop:
        body = {"username": "carl", "email": "c@example.com", "password": PASSWORD, "user_type": ""}
        assert (await shop.stranger.post("/register", json=body)).status_code == 200
        said = (await (await signed_in(shop, "carl")).get("/profile")).json()
    assert (said["user_type"], said["full_name"], said["phone"]) == ("individual", "", "")


WRONG = (
    ({"username": ""}, "username"),
    ({"username": 5}, "username"),
    ({"username": "a\nb"}, "username"),
    ({"username": "x" * 101}, "username"),
    ({"email": "nobody"}, "email"),
    ({"email": "a@b.c\r\nBcc: d@e.f"}, "email"),
    ({"email": ""}, "email"),
    ({"password": "short"}, "password"),
    ({"password": "x" * 201}, "password"),
    ({"password": "Wrong-Name-1", "username": "wrong-name-1"}, "password"),
    ({"user_type": "robot"}, "user_type"),
    ({"inn": "123"}, "inn"),
)


async def test_what_is_wrong_with_a_registration_is_named(given: Given):
    async with open_shop(given) as shop:
        for changes, field in WRONG:
            answer = await shop.stranger.post("/register", json=registration("dora", **changes))
            said = answer.json()
            assert answer.status_code == 422, changes
            assert (said["error"], said["code"]) == ("VALIDATION_ERROR", "VALIDATION_ERROR")
            assert list(said["details"]) == [field], changes
            assert all(isinstance(entry, str) for entry in said["details"][field])
            if len(str(changes.get("password", ""))) > 5:
                assert str(changes["password"]) not in answer.text
        assert (await shop.stranger.post("/register", content=b"{")).status_code == 422


async def test_nobody_makes_himself_an_admin(given: Given):
    async with open_shop(given) as shop:
        answer = await shop.stranger.post(
            "/register", json=registration("eve", is_admin=True, role="admin", email_confirmed=True)
        )
        assert set(answer.headers["x-ignored-fields"].split(", ")) == {"email_confirmed", "is_admin", "role"}
        eve = await signed_in(shop, "eve")
        await eve.put("/profile", json={"is_admin": True, "role": "admin", "phone": "2"})
        said = (await eve.get("/profile")).json()
        assert (said["is_admin"], said["role"], said["email_confirmed"]) == (False, "customer", False)
        assert (await eve.get("/users")).status_code == 403


async def test_names_that_look_the_same_are_the_same(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "frank")
        for name in ("Frank", "FRANK", "ｆｒａｎｋ", " frank "):
            again = await shop.stranger.post("/register", json=registration(name))
            said = again.json()
            assert again.status_code == 400
            assert (said["error"], said["code"]) == ("BAD_REQUEST", "USERNAME_TAKEN")
            assert said["message"] == "Username already registered"
            assert await signed_in(shop, name)


async def test_of_many_who_want_one_name_at_once_one_gets_it(given: Given):
    async with open_shop(given) as shop:
        answers = await asyncio.gather(
            *[shop.stranger.post("/register", json=registration("gina")) for _ in range(8)]
        )
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 7


async def test_a_repeated_registration_with_its_key_is_answered_again(given: Given):
    async with open_shop(given) as shop:
        key = {"idempotency-key": "once"}
        first = await shop.stranger.post("/register", json=registration("hans"), headers=key)
        again = await shop.stranger.post("/register", json=registration("hans"), headers=key)
        other = await shop.stranger.post("/register", json=registration("ina"), headers=key)
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"
    assert other.status_code == 422


async def test_wrong_password_and_unknown_name_are_one_and_the_same_no(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "jan")
        wrong = await shop.stranger.post("/login", json={"username": "jan", "password": "wrong"})
        unknown = await shop.stranger.post("/login", json={"username": "nobody", "password": "wrong"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json()
    assert wrong.json()["error"] == "UNAUTHORIZED"
    assert wrong.headers["www-authenticate"] == "Bearer"


async def test_a_token_is_kept_by_no_cache_and_ends_after_an_hour(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "kai")
        answer = await shop.stranger.post("/login", json={"username": "kai", "password": PASSWORD})
        assert answer.headers["cache-control"] == "no-store"
        said = answer.json()
        assert (said["token_type"], said["expires_in"]) == ("bearer", 3600)
        kai = shop.caller({"authorization": f"bearer {said['access_token']}"})
        given.clock.tick(minutes=59, seconds=59)
        assert (await kai.get("/profile")).status_code == 200
        given.clock.tick(seconds=1)
        assert (await kai.get("/profile")).status_code == 401


async def test_signing_out_ends_this_token_at_once_and_no_other(given: Given):
    async with open_shop(given) as shop:
        phone = await somebody(shop, "lena")
        desk = await signed_in(shop, "lena")
        assert (await phone.get("/profile")).status_code == 200
        assert (await phone.post("/logout")).json() == {"message": "Successfully logged out"}
        assert (await phone.get("/profile")).status_code == 401
        assert (await phone.post("/logout")).status_code == 401
        assert (await desk.get("/profile")).status_code == 200


NO_TOKENS = ("", "Bearer", "Bearer x", "Basic YTpi", "Token x", "Bearer a.b.c", "bearer  " + "x" * 3000)


async def test_what_is_no_token_opens_nothing(given: Given):
    async with open_shop(given) as shop:
        for shown in NO_TOKENS:
            answer = await shop.caller({"authorization": shown}).get("/profile")
            assert answer.status_code == 401, shown
            assert answer.json()["code"] == "AUTHENTICATION_REQUIRED"
        wrong = shop.caller({"authorization": "Bearer a.b.c"})
        assert (await wrong.post("/calculate-price", json={})).status_code == 401
        assert (await wrong.get("/services")).status_code == 200


async def test_only_failures_use_up_the_tries(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "mia")
        await register(shop, "nora")
        for _ in range(8):
            await signed_in(shop, "mia")
        codes = [await _try(shop, "mia", "wrong") for _ in range(4)]
        await signed_in(shop, "mia")
        codes += [await _try(shop, "mia", "wrong") for _ in range(6)]
        assert codes == [401] * 9 + [429]
        # The right password has to wait too; another person and another address do not.
        assert await _try(shop, "mia", PASSWORD) == 429
        assert await _try(shop, "nora", PASSWORD) == 200
        elsewhere = shop.caller({"x-forwarded-for": "198.51.100.99"})
        answer = await elsewhere.post("/login", json={"username": "mia", "password": PASSWORD})
        assert answer.status_code == 200
        assert await _try(shop, "nobody", "x") == 401
        given.clock.tick(minutes=2)
        assert await _try(shop, "mia", PASSWORD) == 200


async def test_tries_at_once_are_counted_before_any_is_checked(given: Given):
    async with open_shop(given) as shop:
        await register(shop, "otto")
        codes = await asyncio.gather(*[_try(shop, "otto", f"guess {n}") for n in range(30)])
    assert sorted(codes) == [401] * 5 + [429] * 25


async def test_a_place_makes_so_many_accounts_an_hour(given: Given):
    async with open_shop(given, limit_registrations=3) as shop:
        for number in range(3):
            await register(shop, f"p{number}")
        over = await shop.stranger.post("/register", json=registration("p3"))
        assert over.status_code == 429
        assert int(over.headers["retry-after"]) > 60
        assert over.json()["error"] == "RATE_LIMITED"
        elsewhere = shop.caller({"x-forwarded-for": "198.51.100.99"})
        assert (await elsewhere.post("/register", json=registration("p3"))).status_code == 200
        given.clock.tick(minutes=30)
        assert (await shop.stranger.post("/register", json=registration("p4"))).status_code == 429
        given.clock.tick(minutes=90)
        await register(shop, "p4")


async def _try(shop: OpenShop, name: str, password: str) -> int:
    answer = await shop.stranger.post("/login", json={"username": name, "password": password})
    return answer.status_code


async def test_who_is_signed_in_has_calls_of_his_own(given: Given):
    async with open_shop(given, limit_guest=3, limit_account=7) as shop:
        quinn = await somebody(shop, "quinn")
        answer = await quinn.get("/profile")
        assert (answer.headers["ratelimit-limit"], answer.headers["ratelimit-remaining"]) == ("7", "6")
        assert (await shop.stranger.get("/services")).headers["ratelimit-limit"] == "3"


async def test_a_role_acts_from_the_next_request_on(given: Given):
    async with open_shop(given) as shop:
        rita = await somebody(shop, "rita", Role.ADMIN)
        await somebody(shop, "sven", Role.ADMIN)
        assert (await rita.get("/users")).status_code == 200
        await becomes(shop, "rita", Role.STAFF)
        assert (await rita.get("/users")).status_code == 403
        await becomes(shop, "rita", Role.ADMIN)
        assert (await rita.get("/users")).status_code == 200
