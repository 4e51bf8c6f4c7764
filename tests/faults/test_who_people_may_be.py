"""S1 for people: every call that asks who somebody is × {nobody, forged, signed out, a partner's key, three roles}."""

import jwt
import pytest

from makeline.commerce.accounts.states import Role
from tests.commerce.invoices.billed import paper_made
from tests.engines import on_sqlite
from tests.faults.conftest import Figures
from tests.faults.who_people_are import CALL, PART, PEOPLE, Call
from tests.given import Given
from tests.members import register, signed_in, somebody
from tests.people import key_of
from tests.web import TOKEN_KEY, OpenShop, open_shop

pytestmark = on_sqlite


async def _things(shop: OpenShop) -> dict[str, int]:
    """What belongs to somebody else."""
    user_id = await register(shop, "owner")
    owner = await signed_in(shop, "owner")
    (entry,) = (await owner.get("/v1/account/sign-ins")).json()["items"]
    body = {"file_name": "cube.stl", "file_data": "c29saWQgY3ViZQ=="}
    file = (await owner.post("/files", json=body)).json()
    order = (await owner.post("/orders", json=PEOPLE["POST", "/orders"].body)).json()
    paper = (await owner.post("/documents", json={"file_name": "own.txt", "file_data": "c2VjcmV0"})).json()
    quote = (await owner.post("/v1/quotes", json={"lines": [PART]})).json()
    upload = (await owner.post("/v1/uploads", json={"file_name": "cube.stl", "file_size": 10})).json()
    call = (await owner.post("/call-request", json=CALL)).json()
    await paper_made(shop.given, order["order_id"])
    return {
        "quote_id": quote["id"],
        "line_id": quote["lines"][0]["id"],
        "call_request_id": call["id"],
        "version": 1,
        "number": "ORDER_NONE",
        "item_id": 999_999_999,
        "price_id": quote["lines"][0]["price_id"],
        "upload_id": upload["id"],
        "user_id": user_id,
        "sign_in_id": entry["id"],
        "file_id": file["id"],
        "document_id": paper["id"],
        "order_id": order["order_id"],
    }


async def _refused(shop: OpenShop) -> dict[str, str]:
    """Credentials that are none."""
    gone = await somebody(shop, "gone")
    await gone.post("/logout")
    spoilt = str(gone.headers["authorization"]).removeprefix("Bearer ")
    claims = jwt.decode(spoilt, options={"verify_signature": False})
    header = jwt.get_unverified_header(spoilt)
    return {
        "nobody": "",
        "signed out": f"Bearer {spoilt}",
        "forged": f"Bearer {jwt.encode(claims, b'x' * 32, headers=header)}",
        "other algorithm": f"Bearer {jwt.encode(claims, TOKEN_KEY, algorithm='HS384', headers={'kid': header['kid']})}",
        "partner": f"Bearer {(await key_of(shop.given.database)).text}",
    }


@pytest.mark.parametrize(
    ("where", "call"), PEOPLE.items(), ids=lambda it: " ".join(it) if isinstance(it, tuple) else ""
)
async def test_a_call_answers_each_role_what_is_its(
    given: Given, where: tuple[str, str], call: Call, figures: Figures
):
    method, path = where
    async with open_shop(given) as shop:
        filled = path.format(**await _things(shop))
        found = {}
        for who, shown in (await _refused(shop)).items():
            stranger = shop.caller({"authorization": shown} if shown else {})
            answer = await stranger.request(method, filled, json=call.body)
            found[who] = answer.status_code
            assert answer.json()["error"] == "UNAUTHORIZED"
        assert set(found.values()) == {401}, found
        for role, expected in (
            (Role.CUSTOMER, call.customer),
            (Role.STAFF, call.staff),
            (Role.ADMIN, call.admin),
        ):
            caller = await somebody(shop, f"a-{role}", role)
            answer = await caller.request(method, filled, json=call.body)
            assert answer.status_code == expected, (role, answer.text)
    figures(f"S1 people: {len(found) + 3} callers, 0 leaks", each="paths")
