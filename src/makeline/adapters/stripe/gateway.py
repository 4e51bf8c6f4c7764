"""Payments by Stripe: a hosted page for each checkout, money held where it can be and taken when it is earned."""

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar, cast

from makeline.adapters.stripe.reports import report_of
from makeline.commerce.payments.gateway import GatewayAway, GatewayRefused, Page, Report, Wish
from makeline.kernel.money import Money

if TYPE_CHECKING:
    import stripe

    from makeline.adapters.stripe.connection import HttpClient

T = TypeVar("T")

# Limits of Stripe's metadata: of a name, and of a value.
_LONGEST_NAME = 40
_LONGEST_VALUE = 500
_LONGEST_TITLE = 250
_PAGES_AT_ONCE = 100
_EXPAND = ["payment_intent.latest_charge"]


class StripeGateway:
    """Implements ``PaymentGateway`` with the official library. ``address``: of whoever stands in for Stripe."""

    name = "stripe"

    def __init__(self, key: str, *, address: str = "") -> None:
        self._key = key
        self._address = address
        self._line: tuple[stripe.StripeClient, HttpClient] | None = None
        self._connecting = asyncio.Lock()

    async def open_checkout(self, wish: Wish) -> Page:
        """A Checkout Session: cards are held, what cannot be held is taken at once."""
        client = await self._client()
        session = await self._told(
            client.v1.checkout.sessions.create_async(page_of(wish), {"idempotency_key": wish.key})
        )
        if not session.url:
            raise GatewayRefused("the session has no page: an answer to another call had this key")
        return Page(session.id, session.url, datetime.fromtimestamp(session.expires_at, UTC))

    async def read(self, page_reference: str) -> Report:
        """The session with its intent and charge; refunds are asked for where there are any."""
        client = await self._client()
        session: Any = await self._told(
            client.v1.checkout.sessions.retrieve_async(page_reference, {"expand": [*_EXPAND]})
        )
        intent = session.payment_intent
        charge = intent.latest_charge if intent is not None else None
        refunds: list[Any] = []
        if charge is not None and charge.amount_refunded:
            listed = await self._told(
                client.v1.refunds.list_async({"payment_intent": intent.id, "limit": 100})
            )
            refunds = listed.data
        return report_of(session, refunds)

    async def finished_since(self, moment: datetime) -> list[Report]:
        """Sessions that are complete, a hundred at a time."""
        client, found = await self._client(), list[Report]()
        asked: dict[str, Any] = {
            "created": {"gte": int(moment.timestamp())},
            "status": "complete",
            "limit": _PAGES_AT_ONCE,
            "expand": [f"data.{path}" for path in _EXPAND],
        }
        while True:
            page: Any = await self._told(client.v1.checkout.sessions.list_async(cast(Any, asked)))
            found += [report_of(session, ()) for session in page.data]
            if not page.has_more:
                return found
            asked["starting_after"] = page.data[-1].id

    async def capture(self, charge_reference: str, amount: Money, *, key: str) -> None:
        """The rest of the hold is let go by Stripe."""
        client = await self._client()
        await self._told(
            client.v1.payment_intents.capture_async(
                charge_reference, {"amount_to_capture": amount.minor}, {"idempotency_key": key}
            )
        )

    async def void(self, charge_reference: str, *, key: str) -> None:
        """Cancel the intent."""
        client = await self._client()
        await self._told(
            client.v1.payment_intents.cancel_async(charge_reference, {}, {"idempotency_key": key})
        )

    async def refund(self, charge_reference: str, amount: Money, *, key: str) -> str:
        """Whole or in part; Stripe's name of the refund."""
        client = await self._client()
        refund = await self._told(
            client.v1.refunds.create_async(
                {
                    "payment_intent": charge_reference,
                    "amount": amount.minor,
                    "metadata": metadata_of(transfer=key),
                },
                {"idempotency_key": key},
            )
        )
        return refund.id

    async def check(self) -> None:
        """The latest refund: the cheapest question that needs the key."""
        client = await self._client()
        await self._told(client.v1.refunds.list_async({"limit": 1}))

    async def close(self) -> None:
        """Let go of the connections."""
        if self._line is not None:
            await self._line[1].close_async()

    async def _client(self) -> "stripe.StripeClient":
        async with self._connecting:
            if self._line is None:
                # Half a second of reading code, beside everything else that runs.
                connect = await asyncio.to_thread(_connect)
                self._line = connect(self._key, self._address)
        return self._line[0]

    async def _told(self, call: Awaitable[T]) -> T:
        import stripe

        from makeline.adapters.stripe.troubles import trouble_of

        try:
            return await call
        except stripe.StripeError as error:
            raise trouble_of(error) from error
        except (ValueError, AttributeError, KeyError) as error:
            raise GatewayAway(f"Stripe's answer makes no sense: {type(error).__name__}") from error


def page_of(wish: Wish) -> Any:
    """The Checkout Session that shows ``wish``: our ids alone go into its metadata."""
    currency = wish.amount.currency.lower()
    ids = metadata_of(payment=wish.payment_reference, order=wish.order_number)
    page: dict[str, Any] = {
        "mode": "payment",
        "client_reference_id": wish.payment_reference,
        "metadata": ids,
        "payment_intent_data": {"metadata": ids},
        # Where a card pays, the amount is held; all other ways take it at once.
        "payment_method_options": {"card": {"capture_method": "manual"}},
        "line_items": [
            {
                "quantity": line.quantity,
                "price_data": {
                    "currency": currency,
                    "unit_amount": line.unit_minor,
                    "product_data": {"name": line.title[:_LONGEST_TITLE] or "Order"},
                },
            }
            for line in wish.lines
        ],
        "success_url": wish.return_url,
        "cancel_url": wish.cancel_url,
        "expires_at": int(wish.expires_at.timestamp()),
    }
    if wish.email:
        page["customer_email"] = wish.email
    return page


def metadata_of(**ids: str) -> dict[str, str]:
    """Ids of ours within Stripe's limits; a value that is too long is a mistake of ours, told before it is sent."""
    for name, value in ids.items():
        if len(name) > _LONGEST_NAME or not 0 < len(value) <= _LONGEST_VALUE:
            raise GatewayRefused(f"{name} does not fit into metadata: {len(value)} characters")
    return ids


def _connect() -> Any:
    from makeline.adapters.stripe.connection import connect

    return connect
