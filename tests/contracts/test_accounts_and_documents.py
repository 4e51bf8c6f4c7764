"""Every documented call of accounts, users and documents: status, fields and their types, for the documented request."""

from makeline.commerce.accounts.states import Role
from tests.contracts.documented import MESSAGE, PAPER, Documented, cast_of, lists, refuses, tells
from tests.engines import on_sqlite
from tests.given import Given
from tests.members import PASSWORD, becomes, registration
from tests.web import open_shop

pytestmark = on_sqlite

USER = {
    "id": int,
    "username": str,
    "email": str,
    "full_name": str,
    "phone": str,
    "user_type": str,
    "is_admin": bool,
    "created_at": str,
}
DOCUMENT = {
    "id": int,
    "filename": str,
    "original_filename": str,
    "file_size": int,
    "file_type": str,
    "category": str,
    "uploaded_at": str,
}
CHANGE = {"full_name": "string", "phone": "string"}
LOGIN = {"username": "customer", "password": PASSWORD}
TOKEN = {"access_token": str, "token_type": str, "expires_in": int}
WANTED = "AUTHENTICATION_REQUIRED"
LARGE = {**PAPER, "file_data": "QUFB" * (360 * 1024)}
ONE = "/documents/{document_id}"

ACCOUNTS = (
    tells("nobody", "POST", "/register", {"message": str, "user_id": int}, registration("new"),
          message="User registered successfully"),
    refuses("nobody", "POST", "/register", 400, "USERNAME_TAKEN", registration("CUSTOMER")),
    refuses("nobody", "POST", "/register", 422, "VALIDATION_ERROR", {"username": "x"}, names=("email", "password")),
    refuses("nobody", "POST", "/register", 422, "VALIDATION_ERROR", registration("x", user_type="robot"),
            names=("user_type",)),
    refuses("nobody", "POST", "/register", 422, "VALIDATION_ERROR", b"{", names=("body",)),
    tells("nobody", "POST", "/login", TOKEN, LOGIN, token_type="bearer", expires_in=3600),
    refuses("nobody", "POST", "/login", 401, WANTED, {**LOGIN, "password": "wrong"}),
    refuses("nobody", "POST", "/login", 401, WANTED, {**LOGIN, "username": "nobody at all"}),
    refuses("nobody", "POST", "/login", 422, "VALIDATION_ERROR", {}, names=("username", "password")),
    refuses("nobody", "POST", "/logout", 401, WANTED),
    tells("leaver", "POST", "/logout", MESSAGE, message="Successfully logged out"),
    refuses("leaver", "POST", "/logout", 401, WANTED),
    refuses("leaver", "GET", "/profile", 401, WANTED),
    tells("customer", "GET", "/profile", USER, username="customer", is_admin=False, user_type="individual"),
    refuses("nobody", "GET", "/profile", 401, WANTED),
    refuses("forger", "GET", "/profile", 401, WANTED),
    tells("customer", "PUT", "/profile", MESSAGE, CHANGE, message="Profile updated successfully"),
    tells("customer", "GET", "/profile", USER, full_name="string", phone="string"),
    refuses("nobody", "PUT", "/profile", 401, WANTED, CHANGE),
    refuses("customer", "PUT", "/profile", 422, "VALIDATION_ERROR", {"full_name": 5, "phone": []},
            names=("full_name", "phone")),
    # What is not his to set is not set.
    tells("customer", "PUT", "/profile", MESSAGE, {"is_admin": True, "user_id": 1}),
    tells("customer", "GET", "/profile", USER, is_admin=False),
)  # fmt: skip
USERS = (
    lists("admin", "/users", USER),
    refuses("customer", "GET", "/users", 403, "NOT_ALLOWED"),
    refuses("staff", "GET", "/users", 403, "NOT_ALLOWED"),
    refuses("nobody", "GET", "/users", 401, WANTED),
    refuses("admin", "GET", "/users?limit=501", 422, "VALIDATION_ERROR", names=("limit",)),
    tells("admin", "GET", "/users/{user_id}", USER, username="customer"),
    refuses("customer", "GET", "/users/{user_id}", 403, "NOT_ALLOWED"),
    refuses("nobody", "GET", "/users/{user_id}", 401, WANTED),
    refuses("admin", "GET", "/users/999999", 404, "NOT_FOUND"),
    refuses("admin", "GET", "/users/first", 422, "VALIDATION_ERROR", names=("user_id",)),
    tells("admin", "PUT", "/users/{user_id}", MESSAGE, {**CHANGE, "is_admin": False},
          message="User updated successfully"),
    tells("admin", "GET", "/users/{user_id}", USER, full_name="string", phone="string", is_admin=False),
    tells("admin", "PUT", "/users/{user_id}", MESSAGE, {"is_admin": True}),
    tells("customer", "GET", "/profile", USER, is_admin=True),
    tells("admin", "PUT", "/users/{user_id}", MESSAGE, {"is_admin": False}),
    refuses("customer", "PUT", "/users/{user_id}", 403, "NOT_ALLOWED", {**CHANGE, "is_admin": True}),
    refuses("nobody", "PUT", "/users/{user_id}", 401, WANTED, CHANGE),
    refuses("admin", "PUT", "/users/999999", 404, "NOT_FOUND", CHANGE),
    refuses("admin", "PUT", "/users/{user_id}", 422, "VALIDATION_ERROR", {"is_admin": "perhaps"}, names=("is_admin",)),
)  # fmt: skip
DOCUMENTS = (
    tells("customer", "POST", "/documents", DOCUMENT, PAPER,
          original_filename="document.pdf", file_type="pdf", category="technical_spec", file_size=16),
    refuses("customer", "POST", "/documents", 422, "VALIDATION_ERROR", {"file_name": "x.pdf"}, names=("file_data",)),
    refuses("customer", "POST", "/documents", 422, "VALIDATION_ERROR", {**PAPER, "category": "Two Words"},
            names=("category",)),
    refuses("customer", "POST", "/documents", 404, "NOT_FOUND", {**PAPER, "file_id": 999999}, names=("file_id",)),
    refuses("customer", "POST", "/documents", 413, "PAYLOAD_TOO_LARGE", LARGE),
    refuses("nobody", "POST", "/documents", 401, WANTED, PAPER),
    lists("customer", "/documents", DOCUMENT),
    refuses("nobody", "GET", "/documents", 401, WANTED),
    refuses("customer", "GET", "/documents?before_id=x", 422, "VALIDATION_ERROR", names=("before_id",)),
    tells("customer", "GET", ONE, DOCUMENT),
    tells("staff", "GET", ONE, DOCUMENT),
    refuses("stranger", "GET", ONE, 404, "NOT_FOUND"),
    refuses("nobody", "GET", ONE, 401, WANTED),
    refuses("customer", "GET", "/documents/first", 422, "VALIDATION_ERROR", names=("document_id",)),
    Documented("customer", "GET", f"{ONE}/download", 200, raw=b"%PDF-1.7 a paper"),
    refuses("stranger", "GET", f"{ONE}/download", 404, "NOT_FOUND"),
    refuses("nobody", "GET", f"{ONE}/download", 401, WANTED),
    lists("admin", "/admin/documents?category=technical_spec", {**DOCUMENT, "user_id": int}),
    refuses("customer", "GET", "/admin/documents", 403, "NOT_ALLOWED"),
    refuses("nobody", "GET", "/admin/documents", 401, WANTED),
    refuses("stranger", "DELETE", ONE, 404, "NOT_FOUND"),
    refuses("nobody", "DELETE", ONE, 401, WANTED),
    tells("customer", "DELETE", ONE, MESSAGE, message="Document deleted successfully"),
    refuses("customer", "DELETE", ONE, 404, "NOT_FOUND"),
    refuses("customer", "GET", f"{ONE}/download", 404, "NOT_FOUND"),
    refuses("nobody", "GET", "/no/such/path", 404, "NOT_FOUND"),
)  # fmt: skip
PATHS = (
    "/register", "/login", "/logout", "/profile", "/users", "/users/1", "/files", "/files/demo", "/files/1",
    "/files/1/download", "/files/1/preview", "/documents", "/documents/1", "/documents/1/download",
    "/admin/documents", "/calculate-price", "/services", "/materials", "/coefficients", "/locations",
    "/call-request", "/call-requests", "/admin/call-requests", "/admin/call-requests/1",
)  # fmt: skip


async def test_documented_calls_of_accounts_users_and_documents_answer_as_documented(given: Given):
    async with open_shop(given, largest_document_megabytes=1) as shop:
        cast = await cast_of(shop)
        # One after the other: later rows tell of what earlier ones did.
        found = [await cast.contradictions(row) for row in (*ACCOUNTS, *USERS, *DOCUMENTS)]
    assert [problem for problems in found for problem in problems] == []


async def test_the_last_admin_stays_one(given: Given):
    async with open_shop(given) as shop:
        cast = await cast_of(shop)
        me = (await cast.people["admin"].get("/profile")).json()["id"]
        row = refuses("admin", "PUT", f"/users/{me}", 409, "LAST_ADMIN", {"is_admin": False})
        assert await cast.contradictions(row) == []
        await becomes(shop, "stranger", Role.ADMIN)
        assert (await cast.people["admin"].put(f"/users/{me}", json={"is_admin": False})).status_code == 200


async def test_every_documented_path_answers_options_with_what_it_knows(given: Given):
    async with open_shop(given) as shop:
        for path in PATHS:
            for headers in (
                {},
                {"origin": "https://anywhere.example.com", "access-control-request-method": "GET"},
            ):
                answer = await shop.caller(headers).options(path)
                assert answer.status_code == 200, path
                assert "OPTIONS" in answer.headers["allow"]
                assert "access-control-allow-origin" not in answer.headers
