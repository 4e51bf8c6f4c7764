"""People with accounts, as they call the application: ``anna = await somebody(shop, "anna")``."""

from typing import Any

import httpx2

from makeline.commerce.accounts.change_role import change_role
from makeline.commerce.accounts.queries import known_by_name
from makeline.commerce.accounts.states import Role
from makeline.foundation.unit_of_work import UnitOfWork
from tests.web import OpenShop

PASSWORD = "correct horse battery"


def registration(name: str, **changes: Any) -> dict[str, Any]:
    """The documented body."""
    return {
        "username": name,
        "email": f"{name.strip()}@example.com",
        "password": PASSWORD,
        "full_name": f"{name.title()} Example",
        "phone": "+44 20 7946 0000",
        "user_type": "individual",
        **changes,
    }


async def register(shop: OpenShop, name: str, **changes: Any) -> int:
    """The id of a new customer."""
    answer = await shop.stranger.post("/register", json=registration(name, **changes))
    assert answer.status_code == 200, answer.text
    return answer.json()["user_id"]


async def signed_in(shop: OpenShop, name: str, password: str = PASSWORD) -> httpx2.AsyncClient:
    """A client that shows a fresh token of his."""
    answer = await shop.stranger.post("/login", json={"username": name, "password": password})
    assert answer.status_code == 200, answer.text
    return shop.caller({"authorization": f"Bearer {answer.json()['access_token']}"})


async def somebody(shop: OpenShop, name: str, role: Role = Role.CUSTOMER) -> httpx2.AsyncClient:
    """A new person of this role, signed in."""
    await register(shop, name)
    await becomes(shop, name, role)
    return await signed_in(shop, name)


async def becomes(shop: OpenShop, name: str, role: Role) -> None:
    """As an admin would have it."""

    def change(unit: UnitOfWork) -> None:
        known = known_by_name(unit, name)
        assert known is not None
        change_role(unit, known.user_id, role)

    await shop.given.database.begin(change, actor="test")
