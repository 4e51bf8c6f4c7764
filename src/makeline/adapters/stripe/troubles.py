"""The library's errors in our words."""

import stripe

from makeline.commerce.payments.gateway import (
    GatewayAway,
    GatewayMisconfigured,
    GatewayRefused,
    GatewayTrouble,
)

# Another call under this key is still running.
_IN_USE = 409


def trouble_of(error: stripe.StripeError) -> GatewayTrouble:
    """Whose fault it is and whether to repeat; the reason names no card and no key."""
    reason = f"{error.code or type(error).__name__}: {error.user_message or 'no words'}"
    if isinstance(error, stripe.AuthenticationError | stripe.PermissionError):
        return GatewayMisconfigured("Stripe does not accept our key, or not for this")
    if error.http_status == _IN_USE or isinstance(error, stripe.APIConnectionError | stripe.RateLimitError):
        return GatewayAway(reason)
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError | stripe.IdempotencyError):
        return GatewayRefused(reason)
    return GatewayAway(reason)
