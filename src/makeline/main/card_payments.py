"""Payments on the web: which gateway is real, who hears its events, and what follows."""

from collections.abc import Mapping

from makeline.adapters.stripe.gateway import StripeGateway
from makeline.adapters.stripe.routes.webhook import WebhookDesk
from makeline.adapters.stripe.simulator.settings import KEY, WEBHOOK_SECRET
from makeline.cases.ordering.place import WEBSTORE
from makeline.cases.shop.fulfil import fulfil_order
from makeline.commerce.payments.gateway import PaymentGateway
from makeline.commerce.payments.look import Till
from makeline.commerce.payments.no_gateway import NoGateway
from makeline.commerce.payments.take_report import Fulfil
from makeline.foundation.database import Database
from makeline.foundation.settings import Settings

# What each storefront does when an order's money is sure.
STOREFRONTS: Mapping[str, Fulfil] = {WEBSTORE: fulfil_order}


def gateway_of(settings: Settings) -> PaymentGateway:
    """The account that is set, or the simulated one; else nothing can be paid on the web."""
    if settings.simulates_stripe:
        return StripeGateway(KEY, address=f"http://127.0.0.1:{settings.stripe_simulator_port}")
    key = settings.checkout.stripe_key.get_secret_value()
    return StripeGateway(key) if key else NoGateway()


def event_desk(settings: Settings, database: Database, till: Till) -> WebhookDesk:
    """Whoever hears Stripe's events; without a secret he hears none."""
    simulated = settings.simulates_stripe and not settings.stripe_webhook_secrets
    secrets = [WEBHOOK_SECRET] if simulated else settings.stripe_webhook_secrets
    return WebhookDesk(database, till, secrets)
