"""Which paths refuse in which words."""

from makeline.admin.refused import render_staff_refusal
from makeline.cases.kiosk.order_page import render_refusal
from makeline.cases.shop.order_page import render_web_refusal
from makeline.commerce.accounts.letter_page import render_letter_refusal
from makeline.foundation.web.refusals import Renderer, render_image, render_partner, render_service
from makeline.parts.quotes.shared_page import render_quote_refusal

# Below /v1, but of the second storefront, or for staff.
_OF_PARTS = (
    *("/v1/account", "/v1/price-grid", "/v1/files", "/v1/documents", "/v1/guest-files", "/v1/uploads"),
    *("/v1/quotes", "/v1/staff", "/v1/call-requests"),
    *("/v1/prices", "/v1/price-advice", "/v1/orders"),
)


def renderer_for(path: str) -> Renderer:
    """The error dialect of a path; what nobody knows speaks as the Manufacturing Service."""
    if path.startswith("/o/"):
        return render_refusal
    if path.startswith("/w/"):
        return render_web_refusal
    if path.startswith("/q/"):
        return render_quote_refusal
    if path == "/staff" or path.startswith("/staff/"):
        return render_staff_refusal
    if path.startswith("/image/"):
        return render_image
    if path.startswith("/account/letters/"):
        return render_letter_refusal
    if path.startswith(_OF_PARTS):
        return render_service
    if path.startswith(("/api/", "/v1/", "/designs/", "/stripe/")) or path in (
        "/create-checkout-session",
        "/shop",
        "/health",
        "/live",
        "/ready",
    ):
        return render_partner
    return render_service
