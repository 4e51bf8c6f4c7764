"""Admins and people: lists that tell the truth about their length, roles that act at once, never without an admin."""

import asyncio
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.commerce.accounts.states import Role
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from tests.given import Given
from tests.members import register, somebody
from tests.web import open_shop


class _Move(NamedTuple):
    before: str | None
    after: str
    actor: str


_MOVES = Query(
    select(moves.c.from_state, moves.c.to_state, moves.c.actor)
    .where(moves.c.noun == "role", moves.c.subject_id == bindparam("user_id"))
    .order_by(moves.c.id),
    _Move,
)


async def test_the_list_is_an_array_with_the_newest_first_and_says_how_to_go_on(given: Given):
    async with open_shop(given) as shop:
        ids = [await register(shop, f"u{number}") for number in range(5)]
        admin = await somebody(shop, "admin", Role.ADMIN)
        whole = await admin.get("/users")
        assert [user["id"] for user in whole.json()[1:]] == sorted(ids, reverse=True)
        assert whole.headers["x-total-count"] == "6"
        assert "link" not in whole.headers
        seen, path = [], "/users?limit=2"
        while path:
            page = await admin.get(path)
            seen += [user["id"] for user in page.json()]
            assert page.headers["x-total-count"] == "6"
            path = page.headers.get("link", "").partition(">")[0].removeprefix("<")
        assert seen == [user["id"] for user in whole.json()]
        assert (await admin.get(f"/users/{ids[0]}")).json() == whole.json()[-1]


async def test_what_is_wrong_with_a_page_or_an_id_is_named(given: Given):
    async with open_shop(given) as shop:
        admin = await somebody(shop, "admin", Role.ADMIN)
        for query, field in (("limit=0", "limit"), ("limit=501", "limit"), ("before_id=x", "before_id")):
            answer = await admin.get(f"/users?{query}")
            assert (answer.status_code, list(answer.json()["details"])) == (422, [field])
        for path, status in (("x", 422), ("-1", 422), ("0", 404), ("9" * 15, 404), ("9" * 30, 404)):
            assert (await admin.get(f"/users/{path}")).status_code == status, path
        assert (await admin.put("/users/1e3", json={})).status_code == 422


async def test_an_admin_makes_and_unmakes_admins_and_staff(given: Given):
    async with open_shop(given) as shop:
        admin = await somebody(shop, "admin", Role.ADMIN)
        tina = await somebody(shop, "tina")
        path = f"/users/{(await tina.get('/profile')).json()['id']}"
        assert (await admin.put(path, json={"is_admin": True, "full_name": "T", "phone": "5"})).json() == {
            "message": "User updated successfully"
        }
        said = (await tina.get("/profile")).json()
        assert (said["is_admin"], said["role"], said["full_name"], said["phone"]) == (True, "admin", "T", "5")
        assert (await tina.get("/users")).status_code == 200
        for body, role in (
            ({"role": "staff"}, "staff"),
            ({"is_admin": False}, "staff"),
            ({"is_admin": True, "role": "admin"}, "admin"),
            ({"is_admin": False}, "customer"),
        ):
            assert (await admin.put(path, json=body)).status_code == 200
            assert (await tina.get("/profile")).json()["role"] == role
        assert (await tina.get("/users")).status_code == 403
        unclear = await admin.put(path, json={"is_admin": True, "role": "staff"})
        assert (unclear.status_code, list(unclear.json()["details"])) == (422, ["is_admin"])


async def test_the_last_admin_stays_one_even_when_two_give_it_up_at_once(given: Given):
    async with open_shop(given) as shop:
        one = await somebody(shop, "one", Role.ADMIN)
        own = f"/users/{(await one.get('/profile')).json()['id']}"
        alone = await one.put(own, json={"is_admin": False, "phone": "7"})
        assert alone.status_code == 409
        assert (alone.json()["error"], alone.json()["code"]) == ("CONFLICT", "LAST_ADMIN")
        # Refused as a whole.
        assert (await one.get("/profile")).json()["phone"] != "7"
        two = await somebody(shop, "two", Role.ADMIN)
        other = f"/users/{(await two.get('/profile')).json()['id']}"
        answers = await asyncio.gather(
            one.put(own, json={"is_admin": False}), two.put(other, json={"is_admin": False})
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]


async def test_who_changed_a_role_stands_in_the_history(given: Given):
    async with open_shop(given) as shop:
        admin = await somebody(shop, "admin", Role.ADMIN)
        uma = await somebody(shop, "uma")
        user_id = (await uma.get("/profile")).json()["id"]
        admin_id = (await admin.get("/profile")).json()["id"]
        await admin.put(f"/users/{user_id}", json={"role": "staff"})
    told = await given.database.read(lambda unit: unit.all(_MOVES, user_id=user_id))
    assert told == [
        (None, "customer", "sign-up"),
        ("customer", "staff", f"user {admin_id}"),
    ]
