"""What happens to the money behind a page, as Stripe does it: held, taken, released, refunded, disputed."""

from collections.abc import Callable, Mapping
from typing import Any

from makeline.adapters.stripe.simulator.books import Books, Thing
from makeline.adapters.stripe.simulator.refused import Refused
from makeline.adapters.stripe.simulator.settings import Switches
from makeline.adapters.stripe.simulator.wording import details_of, line_of, metadata_of, must_be

_SHORTEST_PAGE, _LONGEST_PAGE = 30 * 60 - 60, 24 * 3600 + 60
_DAY = 86400
Told = Callable[[str, Thing], None]


class Money:
    """Every change is told as an event."""

    def __init__(self, books: Books, tell: Told, switches: Callable[[], Switches], page_url: str) -> None:
        self.books = books
        self._tell = tell
        self._switches = switches
        self.page_url = page_url

    def open_session(self, told: Mapping[str, Any]) -> Thing:
        """A page; the intent behind it is born when somebody pays."""
        books, lines = self.books, told.get("line_items") or []
        if told.get("mode") != "payment" or not lines:
            raise Refused("only payments of line items are simulated", param="mode")
        for param in ("success_url", "cancel_url"):
            if not str(told.get(param, "")).startswith(("http://", "https://")):
                raise Refused(f"Not a valid URL: {param}", code="url_invalid", param=param)
        items = [line_of(line) for line in lines]
        name = books.new_id("cs_test")
        expires_at = int(told.get("expires_at") or books.now() + _DAY)
        if not _SHORTEST_PAGE <= expires_at - books.now() <= _LONGEST_PAGE:
            raise Refused("expires_at must be 30 minutes to 24 hours ahead", param="expires_at")
        intent_data = told.get("payment_intent_data") or {}
        manner = ((told.get("payment_method_options") or {}).get("card") or {}).get("capture_method")
        session: Thing = {
            "id": name,
            "object": "checkout.session",
            "mode": "payment",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent": None,
            "amount_subtotal": sum(item["amount"] for item in items),
            "amount_total": sum(item["amount"] for item in items),
            "currency": items[0]["currency"],
            "client_reference_id": told.get("client_reference_id"),
            "customer_email": told.get("customer_email"),
            "metadata": metadata_of(told.get("metadata")),
            "success_url": str(told["success_url"]).replace("{CHECKOUT_SESSION_ID}", name),
            "cancel_url": str(told["cancel_url"]).replace("{CHECKOUT_SESSION_ID}", name),
            "created": books.now(),
            "expires_at": expires_at,
            "url": f"{self.page_url}/pay/{name}",
            "livemode": False,
            "_items": items,
            "_intent_metadata": metadata_of(intent_data.get("metadata")),
            "_cards_are_held": manner == "manual" or intent_data.get("capture_method") == "manual",
        }
        books.sessions[name] = session
        return session

    def session(self, name: str) -> Thing:
        """By its name; one whose time is over expires now."""
        session = self.books.sessions.get(name)
        if session is None:
            raise Refused(
                f"No such checkout.session: {name}", status=404, code="resource_missing", param="session"
            )
        if session["status"] == "open" and self.books.now() >= session["expires_at"]:
            self._expire(session)
        return session

    def expire(self, name: str) -> Thing:
        """Nobody can pay any more."""
        session = self.session(name)
        if session["status"] != "open":
            raise Refused("Only Checkout Sessions with a status of open can be expired.")
        self._expire(session)
        return session

    def settle_old(self) -> None:
        """Pages and holds whose time is over, and banks that have looked at a debit."""
        for name in [name for name, held in self.books.sessions.items() if held["status"] == "open"]:
            self.session(name)
        for intent in list(self.books.intents.values()):
            if intent["status"] == "requires_capture" and self.books.now() >= intent["_capture_before"]:
                self._release(intent, "expired_uncaptured_charge")
            elif intent["status"] == "processing" and self.books.clock() >= intent["_bank_at"]:
                self.bank_answers(intent["id"], paid=intent["_bank_pays"])

    def pay(self, name: str, method: str) -> Thing:
        """The customer has paid: ``card`` may be held, ``wallet`` is taken at once, ``debit`` takes its days and
        ``debit_refused`` too."""
        session = self.session(name)
        if session["status"] != "open":
            raise Refused("This page can be paid no more.")
        intent = self._new_intent(session, method)
        session.update(status="complete", payment_intent=intent["id"])
        if method.startswith("debit"):
            # Looked after by ``settle_old``; a bank that refuses takes as long.
            intent.update(
                _bank_at=self.books.clock() + self._switches().bank_seconds, _bank_pays=method == "debit"
            )
        elif method == "card" and session["_cards_are_held"]:
            self._hold(intent)
        else:
            self._take(intent, intent["amount"])
            session["payment_status"] = "paid"
        self._tell("checkout.session.completed", session)
        return intent

    def bank_answers(self, name: str, *, paid: bool) -> None:
        """The bank has looked at a debit."""
        intent = self.intent(name)
        if intent["status"] != "processing":
            return
        session = next(held for held in self.books.sessions.values() if held["payment_intent"] == name)
        if paid:
            self._take(intent, intent["amount"])
            session["payment_status"] = "paid"
            self._tell("checkout.session.async_payment_succeeded", session)
        else:
            intent["status"] = "requires_payment_method"
            self._tell("payment_intent.payment_failed", intent)
            self._tell("checkout.session.async_payment_failed", session)

    def intent(self, name: str) -> Thing:
        """By its name."""
        intent = self.books.intents.get(name)
        if intent is None:
            raise Refused(
                f"No such payment_intent: {name}", status=404, code="resource_missing", param="intent"
            )
        return intent

    def capture(self, name: str, minor: int | None) -> Thing:
        """Take of what is held; the rest is let go."""
        intent = self.intent(name)
        must_be(intent, "requires_capture")
        minor = intent["amount"] if minor is None else minor
        if not 0 < minor <= intent["amount_capturable"]:
            raise Refused("amount_to_capture is more than can be captured", code="amount_too_large")
        self._take(intent, minor)
        return intent

    def cancel(self, name: str) -> Thing:
        """Let go of what is held."""
        intent = self.intent(name)
        must_be(intent, "requires_capture")
        self._release(intent, None)
        return intent

    def refund(self, name: str, minor: int | None, metadata: Any) -> Thing:
        """Give back of what was taken."""
        intent = self.intent(name)
        must_be(intent, "succeeded")
        charge = self.books.charges[intent["latest_charge"]]
        left = charge["amount_captured"] - charge["_given_back"]
        minor = left if minor is None else minor
        if not 0 < minor <= left:
            raise Refused(
                "Refund amount is greater than unrefunded amount on charge", code="charge_already_refunded"
            )
        refund: Thing = {
            "id": self.books.new_id("re"),
            "object": "refund",
            "amount": minor,
            "charge": charge["id"],
            "created": self.books.now(),
            "currency": charge["currency"],
            "metadata": metadata_of(metadata),
            "payment_intent": name,
            "reason": None,
            "status": "succeeded",
        }
        self.books.refunds[refund["id"]] = refund
        charge["_given_back"] += minor
        charge["amount_refunded"] += minor
        charge["refunded"] = charge["_given_back"] == charge["amount_captured"]
        self.books.note("refund", name, minor)
        self._tell("charge.refunded", charge)
        return refund

    def dispute(self, name: str) -> None:
        """The customer has gone to his bank."""
        charge = self.books.charges[self.intent(name)["latest_charge"]]
        charge["disputed"] = True
        self.books.changed = True
        dispute = {
            "id": self.books.new_id("dp"), "object": "dispute", "amount": charge["amount_captured"], "charge": charge["id"],
            "payment_intent": name, "status": "needs_response", "reason": "product_not_received",
        }  # fmt: skip
        self._tell("charge.dispute.created", dispute)

    def _new_intent(self, session: Thing, method: str) -> Thing:
        books = self.books
        before = books.now() + int(self._switches().hold_days * _DAY)
        intent: Thing = {
            "id": books.new_id("pi"),
            "object": "payment_intent",
            "amount": session["amount_total"],
            "amount_capturable": 0,
            "amount_received": 0,
            "capture_method": "automatic",
            "created": books.now(),
            "currency": session["currency"],
            "latest_charge": None,
            "metadata": session["_intent_metadata"],
            "status": "processing",
            "_capture_before": before,
        }
        charge: Thing = {
            "id": books.new_id("ch"),
            "object": "charge",
            "amount": session["amount_total"],
            "amount_captured": 0,
            "amount_refunded": 0,
            "captured": False,
            "created": books.now(),
            "currency": session["currency"],
            "disputed": False,
            "metadata": session["_intent_metadata"],
            "payment_intent": intent["id"],
            "payment_method_details": details_of(method, before),
            "refunded": False,
            "status": "succeeded",
            "_given_back": 0,
        }
        intent["latest_charge"] = charge["id"]
        books.intents[intent["id"]], books.charges[charge["id"]] = intent, charge
        return intent

    def _hold(self, intent: Thing) -> None:
        intent.update(status="requires_capture", capture_method="manual", amount_capturable=intent["amount"])
        self.books.note("hold", intent["id"], intent["amount"])
        self._tell("payment_intent.amount_capturable_updated", intent)

    def _take(self, intent: Thing, minor: int) -> None:
        charge = self.books.charges[intent["latest_charge"]]
        intent.update(status="succeeded", amount_capturable=0, amount_received=minor)
        # What is not taken of a hold stands there as if it had been given back.
        charge.update(captured=True, amount_captured=minor, amount_refunded=charge["amount"] - minor)
        self.books.note("capture", intent["id"], minor)
        self._tell("payment_intent.succeeded", intent)

    def _release(self, intent: Thing, reason: str | None) -> None:
        charge = self.books.charges[intent["latest_charge"]]
        intent.update(status="canceled", amount_capturable=0, cancellation_reason=reason)
        charge.update(refunded=True, amount_refunded=charge["amount"])
        self.books.note("void", intent["id"], intent["amount"])
        self._tell("payment_intent.canceled", intent)

    def _expire(self, session: Thing) -> None:
        session.update(status="expired", url=None)
        self.books.changed = True
        self._tell("checkout.session.expired", session)
