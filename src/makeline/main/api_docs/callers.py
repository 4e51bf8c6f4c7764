"""Who may make a call, read from its record: which credential it looks at and whom it refuses."""

from enum import StrEnum

from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Unrecognised

# Another's sign-in is never enough for these, a customer's never for those.
_ADMINS = ("/users", "/sync/")
_STAFF = (
    *("/admin/", "/v1/staff/", "/v1/crm/", "/orders/invoices/missing"),
    *(f"/v1/orders/{{order_id}}/{what}" for what in ("files/", "payments", "refund", "notes")),
)
# Whoever holds a secret of the thing itself may call these; an account does as well.
_BY_SECRET = ("/v1/designs", "/v1/shop/", "/create-checkout-session")
_BY_ADDRESS = (
    "/o/",
    "/w/",
    "/q/",
    "/image/",
    "/v1/quotes/shared/",
    "/account/letters/",
    "/v1/shop/orders/{token}",
)
_OF_COMPANIES = ("/stripe/webhook", "/bitrix/webhook")
_OF_PARTNERS = "/v1/partner/"
# What knows the id of a session or a machine may ask; what moves something has a scope.
_BY_SESSION = ("/api/", "/v1/sessions/", "/v1/machines/")
_BY_PHONE = ("/v1/sessions/{session_id}/consent", "/v1/sessions/{session_id}/designs")
# They look at a token if one is shown, and need none.
_GUESTS_TOO = frozenset(
    {
        ("POST", "/calculate-price"),
        ("POST", "/v1/price-grid"),
        ("POST", "/v1/price-advice"),
        ("POST", "/v1/call-requests"),
        ("POST", "/v1/guest-files"),
        ("POST", "/login"),
        ("POST", "/register"),
        ("PUT", "/v1/account/password-resets"),
        ("PUT", "/v1/account/email-confirmations"),
    }
)


class Who(StrEnum):
    """The sentence of each stands in words.json under ``who_…``."""

    ANYONE = "anyone"
    HOLDER = "holder"
    DESIGNER = "designer"
    PARTNER = "partner"
    PHONE = "phone"
    MEMBER = "member"
    STAFF = "staff"
    ADMIN = "admin"
    COMPANY = "company"


def who_may(endpoint: Endpoint) -> Who:
    """Whom a call is for; the table of the tests says the same of each."""
    path = endpoint.path
    if path.startswith(_OF_COMPANIES):
        return Who.COMPANY
    if endpoint.scope or path.startswith(_OF_PARTNERS):
        return Who.PARTNER
    if path.startswith(_BY_PHONE):
        return Who.PHONE
    if path.startswith(_BY_SESSION):
        return Who.ANYONE
    if path.startswith(_BY_ADDRESS):
        return Who.HOLDER
    if path.startswith(_ADMINS):
        return Who.ADMIN
    if path.startswith(_STAFF):
        return Who.STAFF
    if Unrecognised not in endpoint.refusals or (endpoint.method, path) in _GUESTS_TOO:
        return Who.ANYONE
    return Who.DESIGNER if path.startswith(_BY_SECRET) else Who.MEMBER
