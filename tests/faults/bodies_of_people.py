"""One good body for every call of people and of both storefronts that takes one, in an order in which all succeed."""

import re

import httpx2

from makeline.commerce.accounts.states import Role
from tests.faults.bodies_of_buyers import offers, stages, webstore
from tests.faults.calls_that_put_in import Calls
from tests.given import Given
from tests.members import PASSWORD, registration, signed_in, somebody
from tests.parts.geometry.arrivals import upload_of
from tests.parts.pricing.asked import MILLED
from tests.parts.quotes.asking import HUGE

PAPER = {"file_name": "own.txt", "file_data": "c2VjcmV0", "category": "other"}
RESET_PASSWORD = "quite another one"


class Play(Calls):
    """People who call in a fixed order."""

    async def run(self) -> None:
        """Every call once."""
        shop = self.shop
        await self.call(shop.stranger, "POST", "/register", registration("anna"))
        await self.call(shop.stranger, "POST", "/login", {"username": "anna", "password": PASSWORD})
        anna, admin = await signed_in(shop, "anna"), await somebody(shop, "admin", Role.ADMIN)
        anna_id = (await anna.get("/profile")).json()["id"]
        await self.call(anna, "PUT", "/profile", {"phone": "1"})
        await self.call(admin, "PUT", "/users/{user_id}", {"full_name": "A"}, user_id=anna_id)
        await self._files(anna)
        announced = {"file_name": "a.stl", "file_size": 684}
        await self.call(anna, "POST", "/v1/uploads", announced)
        paper = await self.call(anna, "POST", "/documents", PAPER)
        body = {"file_id": None}
        await self.call(anna, "PATCH", "/v1/documents/{document_id}", body, document_id=paper["id"])
        await self.call(shop.stranger, "POST", "/calculate-price", MILLED)
        grid = {"grid": {"quantities": [1, 2]}, "target": {"days": 30}}
        await self.call(shop.stranger, "POST", "/v1/price-grid", {**MILLED, **grid})
        await self._quotes(anna, admin)
        await self._calls(anna, admin)
        await self._orders(anna, admin)
        await self._rates(anna, admin)
        await self._mirror(admin)
        await webstore(self, admin)
        await offers(self, admin)
        await stages(self, admin)
        body = {"current_password": PASSWORD, "new_password": PASSWORD + "!"}
        await self.call(anna, "PUT", "/v1/account/password", body)
        await self._letters(anna, PASSWORD + "!")

    async def _files(self, anna: httpx2.AsyncClient) -> None:
        file = await self.call(anna, "POST", "/files", upload_of())
        await self.call(anna, "PATCH", "/v1/files/{file_id}", {"unit": "in"}, file_id=file["id"])
        guests = await self.call(self.shop.stranger, "POST", "/v1/guest-files", upload_of())
        await self.call(anna, "POST", "/v1/files/claim", {"file_token": guests["file_token"]})

    async def _quotes(self, anna: httpx2.AsyncClient, admin: httpx2.AsyncClient) -> None:
        quote = await self.call(anna, "POST", "/v1/quotes", {"lines": [HUGE], "title": "first"})
        ids = {"quote_id": quote["id"], "line_id": quote["lines"][0]["id"]}
        body = {"unit_price": 1_250_000, "days": 20, "days_max": 25}
        await self.call(admin, "POST", "/v1/staff/quotes/{quote_id}/lines/{line_id}/answer", body, **ids)
        again = await self.call(anna, "POST", "/v1/quotes/{quote_id}/revisions", {"lines": [MILLED]}, **ids)
        await self.call(anna, "POST", "/v1/quotes/{quote_id}/reject", {"reason": "no"}, quote_id=again["id"])
        other = (await anna.post("/v1/quotes", json={"lines": [MILLED]})).json()["id"]
        body = {"po_number": "PO-17", "total_price": 7096.35}
        await self.call(anna, "POST", "/v1/quotes/{quote_id}/accept", body, quote_id=other)

    async def _orders(self, anna: httpx2.AsyncClient, admin: httpx2.AsyncClient) -> None:
        order = await self.call(anna, "POST", "/v1/orders", {"lines": [MILLED]})
        ids = {"order_id": order["order_id"]}
        await self.call(anna, "POST", "/v1/orders/{order_id}/again", {}, **ids)
        await self.call(admin, "POST", "/v1/orders/{order_id}/notes", {"text": "he rang"}, **ids)
        ids["order_id"] = (await self.call(anna, "POST", "/orders", MILLED))["order_id"]
        body = {"amount": 100, "reference": "17", "date": "2026-03-02"}
        await self.call(admin, "POST", "/v1/orders/{order_id}/payments", body, **ids)
        await self.call(admin, "PUT", "/admin/orders/{order_id}", {"status": "cancelled"}, **ids)
        await self.call(admin, "POST", "/v1/orders/{order_id}/refund", {"reason": "cancelled"}, **ids)

    async def _rates(self, anna: httpx2.AsyncClient, admin: httpx2.AsyncClient) -> None:
        await self.call(anna, "POST", "/v1/price-advice", MILLED)
        change = {"place": "tables.materials.alum_D16.prices_rub_per_kg.rod", "value": 600}
        draft = {"based_on": 1, "changes": [change]}
        told = await self.call(admin, "POST", "/v1/staff/rates/preview", draft)
        publication = {**draft, "note": "a new list", "draft": told["draft"]}
        await self.call(admin, "POST", "/v1/staff/rates", publication)

    async def _mirror(self, admin: httpx2.AsyncClient) -> None:
        await self.call(admin, "POST", "/sync/process", {"limit": 1})
        event = {"event_type": "deal_updated", "entity_type": "deal", "entity_id": "12345", "data": {}}
        await self.call(self.shop.stranger, "POST", "/bitrix/webhook", event)

    async def _calls(self, anna: httpx2.AsyncClient, admin: httpx2.AsyncClient) -> None:
        for number, path in enumerate(("/call-request", "/call-requests", "/v1/call-requests")):
            caller = self.shop.stranger if path.startswith("/v1/") else anna
            body = {"name": "Anna", "phone": f"+44 20 7946 000{number}", "agreement": True}
            asked = await self.call(caller, "POST", path, body)
        path = "/admin/call-requests/{call_request_id}"
        await self.call(admin, "PUT", path, {"status": "contacted"}, call_request_id=asked["id"])

    async def _letters(self, anna: httpx2.AsyncClient, password: str) -> None:
        given, stranger, resets = self.shop.given, self.shop.stranger, "/v1/account/password-resets"
        body = {"email": "new@example.com", "current_password": password}
        await self.call(anna, "PUT", "/v1/account/email", body)
        await given.promises_kept()
        await self.call(stranger, "PUT", "/v1/account/email-confirmations", {"token": _token(given)})
        await self.call(stranger, "POST", resets, {"login": "anna"})
        await given.promises_kept()
        await self.call(stranger, "PUT", resets, {"token": _token(given), "new_password": RESET_PASSWORD})


def _token(given: Given) -> str:
    found = re.search(r"/account/letters/(\S+)", given.mailer.letters[-1].text)
    assert found, "no letter"
    return found[1]
