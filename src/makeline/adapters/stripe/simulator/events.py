"""Events as Stripe sends them: signed, again until they are answered, sometimes twice, late, and in any order."""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping

from makeline.adapters.stripe.simulator.books import Books, Thing
from makeline.adapters.stripe.simulator.settings import Switches
from makeline.foundation.simulated_webhooks import WebhookSender

_PATIENCE = 10.0


def signature_of(body: bytes, secret: str, moment: int) -> str:
    """What stands in ``Stripe-Signature``."""
    signed = hmac.new(secret.encode(), b"%d." % moment + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={signed}"


class Events(WebhookSender):
    """To whom it tells; ``sent`` keeps each event as it was first sent."""

    def __init__(
        self, url: str | None, secret: str, switches: Callable[[], Switches], clock: Callable[[], float]
    ) -> None:
        super().__init__(url, seed=11, patience=_PATIENCE)
        self._secret = secret
        self._switches = switches
        self._clock = clock
        self.sent: list[Thing] = []

    def happened(self, books: Books, kind: str, thing: Thing) -> None:
        """Tell of it, sooner or later."""
        switches = self._switches()
        event = {
            "id": books.new_id("evt"),
            "object": "event",
            "api_version": "2026-01-28",
            "created": int(self._clock()),
            "type": kind,
            "livemode": False,
            "data": {"object": {name: value for name, value in thing.items() if not name.startswith("_")}},
        }
        body = json.dumps(event).encode()
        self.sent.append(json.loads(body))
        if self.is_lost(switches.drop_events):
            return
        for _ in range(switches.copies):
            self.start(
                lambda: self._post_of(body),
                longest_delay=switches.event_delay,
                tries=1 + switches.event_retries,
                pause=switches.retry_pause,
            )

    def _post_of(self, body: bytes) -> tuple[bytes, Mapping[str, str]]:
        headers = {
            "content-type": "application/json; charset=utf-8",
            "stripe-signature": signature_of(body, self._secret, int(self._clock())),
        }
        return body, headers
