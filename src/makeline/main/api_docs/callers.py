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
_GUESTS_TOO = (
    "/calculate-price",
    "/v1/price-",
    "/login",
    "/register",
    "/v1/guest-files",
    "/v1/call-requests",
)
_BY_LETTER = ("/v1/account/password-resets", "/v1/account/email-confirmations")


class Who(StrEnum):
    """The sentence of each stands in words.json under ``who_…``."""

    ANYONE = "anyone"
    HOLDER = "holder"
    DESIGNER = "designer"
    PARTNER = "partner"
    MEMBER = "member"
    STAFF = "staff"
    ADMIN = "admin"
    COMPANY = "company"


def who_may(endpoint: Endpoint) -> Who:
    """Whom a call is for; the table of the tests says the same of each."""
    path = endpoint.path
    if path.startswith(_OF_COMPANIES):
        return Who.COMPANY
    if endpoint.scope:
        return Who.PARTNER
    if path.startswith(_BY_ADDRESS):
        return Who.HOLDER
    if path.startswith(_ADMINS):
        return Who.ADMIN
    if path.startswith(_STAFF):
        return Who.STAFF
    if Unrecognised not in endpoint.refusals:
        return Who.ANYONE
    return Who.DESIGNER if path.startswith(_BY_SECRET) else Who.MEMBER
