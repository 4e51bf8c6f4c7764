"""How the simulated Stripe reads what it is told, and words what it keeps."""

from collections.abc import Mapping
from typing import Any

from makeline.adapters.stripe.simulator.books import Books, Thing
from makeline.adapters.stripe.simulator.refused import Refused

_LONGEST_NAME, _LONGEST_VALUE, _MOST_ENTRIES = 40, 500, 50


def shown(books: Books, thing: Thing, expand: list[str]) -> Thing:
    """As it is sent: without what is our own, with what was asked to be expanded."""
    told = {name: value for name, value in thing.items() if not name.startswith("_")}
    for path in expand:
        first, _, rest = path.partition(".")
        shelf = {"payment_intent": books.intents, "latest_charge": books.charges}.get(first)
        name = thing.get(first)
        if shelf is None:
            raise Refused(f"This property cannot be expanded ({first}).")
        if name is not None:
            told[first] = shown(books, shelf[name], [rest] if rest else [])
    return told


def line_of(line: Mapping[str, Any]) -> Thing:
    """One thing on the page."""
    price = line.get("price_data") or {}
    try:
        quantity, unit = int(line["quantity"]), int(price["unit_amount"])
        name, currency = str(price["product_data"]["name"]), str(price["currency"])
    except (KeyError, ValueError, TypeError):
        raise Refused("each line item needs a quantity and price_data", param="line_items") from None
    if quantity < 1 or unit < 0 or not name:
        raise Refused("a line item is below what is possible", param="line_items")
    return {"name": name, "quantity": quantity, "amount": quantity * unit, "currency": currency}


def metadata_of(told: Any) -> dict[str, str]:
    """Within the limits that Stripe documents."""
    values = dict(told) if isinstance(told, Mapping) else {}
    too_long = any(
        len(name) > _LONGEST_NAME or len(str(value)) > _LONGEST_VALUE for name, value in values.items()
    )
    if too_long or len(values) > _MOST_ENTRIES:
        raise Refused("Metadata values can be up to 500 characters", param="metadata")
    return {name: str(value) for name, value in values.items()}


def details_of(method: str, before: int) -> Thing:
    """By what was paid, and until when it is held."""
    if method == "card":
        return {"type": "card", "card": {"brand": "visa", "last4": "4242", "capture_before": before}}
    return {"type": {"wallet": "paypal"}.get(method, "bacs_debit")}


def must_be(intent: Thing, status: str) -> None:
    """What can be done depends on where it stands."""
    if intent["status"] != status:
        raise Refused(
            f"This PaymentIntent has a status of {intent['status']}; it must be {status}.",
            code="payment_intent_unexpected_state",
        )
