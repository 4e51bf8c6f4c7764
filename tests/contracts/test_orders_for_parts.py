"""Every documented call of orders for parts that needs no invoice: status, fields and their types, refusals by code."""

from tests.contracts.documented import MESSAGE, ORDER, cast_of, lists, refuses, tells
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop

pytestmark = on_sqlite

WANTED = "AUTHENTICATION_REQUIRED"
LISTED = {
    "order_id": int, "user_id": int, "service_id": str, "quantity": int, "status": str, "total_price": float,
    "created_at": str,
}  # fmt: skip
WITH_FILE = {
    **{name: ORDER[name] for name in ORDER if name not in ("length", "width", "height")},
    "file_id": "{file_id}",
}
ONE, STAFFS = "/orders/{order_id}", "/admin/orders/{order_id}"

ORDERS = (
    tells("customer", "POST", "/orders", LISTED, ORDER, service_id="cnc-milling", quantity=1, status="pending",
          file_id=None),
    tells("customer", "POST", "/orders", {**LISTED, "file_id": int}, WITH_FILE, status="pending"),
    refuses("nobody", "POST", "/orders", 401, WANTED, ORDER),
    refuses("forger", "POST", "/orders", 401, WANTED, ORDER),
    refuses("stranger", "POST", "/orders", 404, "NOT_FOUND", WITH_FILE),
    refuses("customer", "POST", "/orders", 400, "PRICE_MISMATCH", {**ORDER, "total_price": 1.0}),
    refuses("customer", "POST", "/orders", 422, "VALIDATION_ERROR", {**ORDER, "quantity": "many"}, names=("quantity",)),
    refuses("customer", "POST", "/orders", 422, "VALIDATION_ERROR", b"[]", names=("body",)),
    lists("customer", "/orders", LISTED),
    refuses("nobody", "GET", "/orders", 401, WANTED),
    refuses("customer", "GET", "/orders?limit=no", 422, "VALIDATION_ERROR", names=("limit",)),
    tells("customer", "GET", ONE, LISTED, status="pending", file=None),
    refuses("stranger", "GET", ONE, 404, "NOT_FOUND"),
    refuses("nobody", "GET", ONE, 401, WANTED),
    refuses("customer", "GET", "/orders/999999", 404, "NOT_FOUND"),
    refuses("customer", "GET", "/orders/first", 422, "VALIDATION_ERROR", names=("order_id",)),
    lists("admin", "/admin/orders", LISTED),
    refuses("customer", "GET", "/admin/orders", 403, "NOT_ALLOWED"),
    refuses("nobody", "GET", "/admin/orders", 401, WANTED),
    tells("staff", "GET", STAFFS, LISTED, status="pending"),
    refuses("customer", "GET", STAFFS, 403, "NOT_ALLOWED"),
    refuses("admin", "GET", "/admin/orders/999999", 404, "NOT_FOUND"),
    refuses("customer", "PUT", STAFFS, 403, "NOT_ALLOWED", {"status": "completed"}),
    refuses("nobody", "PUT", STAFFS, 401, WANTED, {"status": "completed"}),
    refuses("admin", "PUT", STAFFS, 422, "VALIDATION_ERROR", {"status": "lost"}, names=("status",)),
    *(tells("admin", "PUT", STAFFS, MESSAGE, {"status": word}, message="Order updated successfully")
      for word in ("processing", "processing", "completed", "completed")),
    *(refuses("admin", "PUT", STAFFS, 409, "ILLEGAL_MOVE", {"status": word}, names=("status", "allowed"))
      for word in ("processing", "cancelled")),
    tells("customer", "GET", ONE, LISTED, status="completed"),
)  # fmt: skip


async def test_documented_calls_of_orders_for_parts_answer_as_documented(given: Given):
    async with open_shop(given) as shop:
        cast = await cast_of(shop)
        found = [await cast.contradictions(row) for row in ORDERS]
        with_file = next(
            order["order_id"]
            for order in (await cast.people["customer"].get("/orders")).json()
            if order["file_id"] == cast.things["file_id"]
        )
        told = (await cast.people["customer"].get(f"/orders/{with_file}")).json()["file"]
        assert {name: type(told[name]) for name in ("id", "filename", "original_filename")} == {
            "id": int,
            "filename": str,
            "original_filename": str,
        }
    assert [problem for problems in found for problem in problems] == []
