"""Every documented call of files, prices and call requests: status, fields and their types, and each refusal's code."""

from makeline.foundation.rate_limits import RateLimited
from tests.contracts.documented import CALL, MESSAGE, Documented, cast_of, lists, refuses, tells
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import PASSWORD, register, somebody
from tests.parts.geometry.arrivals import STL, upload_of
from tests.web import open_shop

pytestmark = on_sqlite

WANTED = "AUTHENTICATION_REQUIRED"
FILE = {
    "id": int,
    "filename": str,
    "original_filename": str,
    "file_size": int,
    "file_type": str,
    "uploaded_at": str,
    "preview_generated": bool,
}
ONE, DEMO = "/files/{file_id}", "/files/{demo_id}"
FILES = (
    tells("customer", "POST", "/files", {**FILE, "preview_url": str}, upload_of(description="Optional description"),
          original_filename="bracket.stl", file_type="stl", file_size=len(STL), preview_generated=True,
          description="Optional description"),
    refuses("nobody", "POST", "/files", 401, WANTED, upload_of()),
    refuses("customer", "POST", "/files", 422, "VALIDATION_ERROR", {"file_name": "model.stl"}, names=("file_data",)),
    refuses("customer", "POST", "/files", 422, "VALIDATION_ERROR", {**upload_of(), "file_data": "%"},
            names=("file_data",)),
    refuses("customer", "POST", "/files", 422, "FILE_UNREADABLE", upload_of(b"broken"), names=("file_data",)),
    refuses("customer", "POST", "/files", 413, "PAYLOAD_TOO_LARGE", upload_of(b"x" * (1024 * 1024 + 1))),
    lists("customer", "/files", FILE),
    refuses("nobody", "GET", "/files", 401, WANTED),
    refuses("customer", "GET", "/files?limit=0", 422, "VALIDATION_ERROR", names=("limit",)),
    lists("nobody", "/files/demo", {**FILE, "is_demo": bool}),
    tells("customer", "GET", ONE, FILE, description="left"),
    tells("staff", "GET", ONE, FILE),
    tells("nobody", "GET", DEMO, FILE, is_demo=True),
    refuses("stranger", "GET", ONE, 404, "NOT_FOUND"),
    refuses("nobody", "GET", ONE, 401, WANTED),
    refuses("forger", "GET", DEMO, 401, WANTED),
    refuses("customer", "GET", "/files/999999", 404, "NOT_FOUND"),
    refuses("customer", "GET", "/files/first", 422, "VALIDATION_ERROR", names=("file_id",)),
    Documented("customer", "GET", f"{ONE}/download", 200, raw=STL),
    Documented("nobody", "GET", f"{DEMO}/download", 200, raw=STL),
    refuses("stranger", "GET", f"{ONE}/download", 404, "NOT_FOUND"),
    refuses("nobody", "GET", f"{ONE}/download", 401, WANTED),
    Documented("customer", "GET", f"{ONE}/preview", 200, raw=b"isometric of bracket"),
    refuses("stranger", "GET", f"{ONE}/preview", 404, "NOT_FOUND"),
    refuses("nobody", "GET", f"{ONE}/preview", 401, WANTED),
    refuses("customer", "GET", f"{ONE}/preview?view=inside", 422, "VALIDATION_ERROR", names=("view",)),
    refuses("stranger", "DELETE", ONE, 404, "NOT_FOUND"),
    refuses("nobody", "DELETE", ONE, 401, WANTED),
    refuses("staff", "DELETE", DEMO, 403, "DEMO_FILE"),
)  # fmt: skip

ASKED = {
    "service_id": "cnc-milling", "material_id": "alum_D16", "material_form": "rod", "quantity": 1, "length": 100,
    "width": 50, "height": 25, "n_dimensions": 3, "tolerance_id": "1", "finish_id": "1", "cover_id": ["1"],
    "k_otk": "1", "k_cert": ["a", "f"], "k_complexity": 1.0,
}  # fmt: skip
PRICE = {
    "service_id": str, "total_price": float, "detail_price": float, "mat_price": float, "work_price": float,
    "mat_weight": float, "mat_volume": float, "total_time": float, "manufacturing_cycle": str,
}  # fmt: skip
SIZED = {name: value for name, value in ASKED.items() if name not in ("length", "width", "height")}
PRICES = (
    tells("nobody", "POST", "/calculate-price", PRICE, ASKED, service_id="cnc-milling"),
    tells("customer", "POST", "/calculate-price", PRICE, ASKED),
    refuses("forger", "POST", "/calculate-price", 401, WANTED, ASKED),
    refuses("nobody", "POST", "/calculate-price", 422, "VALIDATION_ERROR", b"{", names=("body",)),
    refuses("nobody", "POST", "/calculate-price", 422, "VALIDATION_ERROR", {**ASKED, "quantity": "many"},
            names=("quantity",)),
    refuses("stranger", "POST", "/calculate-price", 404, "NOT_FOUND", {**SIZED, "file_id": "{file_id}"}),
    tells("nobody", "GET", "/services", {"cnc-milling": dict, "cnc-lathe": dict, "printing": dict, "painting": dict}),
    tells("nobody", "GET", "/materials", {"alum_D16": dict}),
    tells("nobody", "GET", "/coefficients", {"tolerance": dict, "finish": dict}),
    tells("nobody", "GET", "/locations", {}),
    # A catalogue is everybody's, whatever he shows.
    tells("forger", "GET", "/services", {"painting": dict}),
)  # fmt: skip

REQUEST = {
    "id": int, "name": str, "phone": str, "product": str, "time": str, "additional": str, "agreement": bool,
    "status": str, "created_at": str,
}  # fmt: skip
MADE = "/admin/call-requests/{call_request_id}"
CALLS = (
    *(row for path in ("/call-request", "/call-requests") for row in (
        tells("customer", "POST", path, REQUEST, CALL, **CALL, status="new"),
        refuses("nobody", "POST", path, 401, WANTED, CALL),
        refuses("customer", "POST", path, 422, "VALIDATION_ERROR", {**CALL, "agreement": False}, names=("agreement",)),
        refuses("customer", "POST", path, 422, "VALIDATION_ERROR", {}, names=("name", "phone", "agreement")),
    )),
    tells("nobody", "POST", "/v1/call-requests", REQUEST, CALL, **CALL, user_id=None),
    refuses("forger", "POST", "/v1/call-requests", 401, WANTED, CALL),
    lists("admin", "/admin/call-requests", REQUEST),
    lists("staff", "/admin/call-requests?status=new", REQUEST),
    refuses("customer", "GET", "/admin/call-requests", 403, "NOT_ALLOWED"),
    refuses("nobody", "GET", "/admin/call-requests", 401, WANTED),
    tells("admin", "GET", MADE, REQUEST, **CALL, status="new"),
    refuses("customer", "GET", MADE, 403, "NOT_ALLOWED"),
    refuses("nobody", "GET", MADE, 401, WANTED),
    refuses("admin", "GET", "/admin/call-requests/999999", 404, "NOT_FOUND"),
    refuses("customer", "PUT", MADE, 403, "NOT_ALLOWED", {"status": "contacted"}),
    refuses("nobody", "PUT", MADE, 401, WANTED, {"status": "contacted"}),
    refuses("admin", "PUT", MADE, 422, "VALIDATION_ERROR", {"status": "forgotten"}, names=("status",)),
    *(tells("admin", "PUT", MADE, MESSAGE, {"status": word}, message="Call request updated successfully")
      for word in ("contacted", "contacted", "completed")),
    refuses("admin", "PUT", MADE, 409, "ILLEGAL_MOVE", {"status": "contacted"}, names=("status", "allowed")),
    refuses("admin", "PUT", MADE, 409, "ILLEGAL_MOVE", {"status": "cancelled"}, names=("status", "allowed")),
    tells("admin", "GET", MADE, REQUEST, status="completed"),
)  # fmt: skip


async def test_documented_calls_of_files_prices_and_call_requests_answer_as_documented(given: Given):
    gone = (
        tells("customer", "DELETE", ONE, MESSAGE, message="File deleted successfully"),
        *(
            refuses("customer", "GET", f"{ONE}{end}", 404, "NOT_FOUND")
            for end in ("", "/download", "/preview")
        ),
        refuses("customer", "DELETE", ONE, 404, "NOT_FOUND"),
    )
    async with open_shop(given, largest_upload_megabytes=1) as shop:
        cast = await cast_of(shop)
        found = [await cast.contradictions(row) for row in (*FILES, *PRICES, *CALLS, *gone)]
    assert [problem for problems in found for problem in problems] == []


async def test_what_is_on_offer_has_the_documented_entries(given: Given):
    async with open_shop(given) as shop:
        for path, fields in (
            ("/services", {"name": str, "description": str}),
            ("/materials", {"name": str, "density": float, "price_per_kg": float}),
            ("/locations", {"name": str, "shipping_cost": float}),
        ):
            for entry in (await shop.stranger.get(path)).json().values():
                assert {
                    name for name, kind in fields.items() if not isinstance(entry[name], (kind, int))
                } == set()
        told = (await shop.stranger.get("/coefficients")).json()
        assert all(
            set(entry) >= {"name", "multiplier"}
            for group in ("tolerance", "finish")
            for entry in told[group].values()
        )


async def test_haste_is_refused_in_the_same_words_everywhere(given: Given):
    async with open_shop(given, limit_guest=6, limit_account=4, limit_sign_in=2) as shop:
        await register(shop, "boris")
        anna = await somebody(shop, "anna")
        wrong = {"username": "boris", "password": f"not {PASSWORD}"}
        elsewhere = shop.caller({"x-forwarded-for": "198.51.100.9"})
        for caller, method, path, body, most in (
            (elsewhere, "POST", "/login", wrong, 2),
            (elsewhere, "GET", "/services", None, 3),
            (anna, "GET", "/files", None, 4),
        ):
            statuses = [(await caller.request(method, path, json=body)).status_code for _ in range(most)]
            assert 429 not in statuses, path
            over = await caller.request(method, path, json=body)
            assert (over.status_code, over.json()["error"]) == (429, "RATE_LIMITED"), path
            assert over.json()["code"] == RateLimited.code
            assert int(over.headers["retry-after"]) > 0
            assert over.headers["ratelimit-limit"].isdigit()
            # Whoever asks what he may do is not counted.
            assert (await caller.options(path)).status_code == 200
