"""Events as a portal sends them: form-encoded, late, in any order, sometimes twice or never, and never again."""

from collections.abc import Callable, Mapping

from makeline.adapters.bitrix24.query import encode_query
from makeline.adapters.bitrix24.simulator.settings import Switches
from makeline.adapters.bitrix24.simulator.shelf import NAMES
from makeline.foundation.simulated_webhooks import WebhookSender

_PATIENCE = 5.0
_HEADERS = {"content-type": "application/x-www-form-urlencoded"}


class Events(WebhookSender):
    """Its outgoing webhook; ``token`` goes with every event. Where nobody answers, a portal does not say it again."""

    def __init__(
        self, url: str | None, token: str, switches: Callable[[], Switches], clock: Callable[[], float]
    ) -> None:
        super().__init__(url, seed=7, patience=_PATIENCE)
        self._token = token
        self._switches = switches
        self._clock = clock

    def happened(self, kind: int, number: int, what: str) -> None:
        """Tell of it, sooner or later."""
        switches = self._switches()
        if self.is_lost(switches.drop_events):
            return
        times = 2 if self.chance.random() < switches.double_events else 1
        for _ in range(times):
            self.start(
                lambda: self._post_of(f"ONCRM{NAMES[kind]}{what}", number), longest_delay=switches.event_delay
            )

    def _post_of(self, event: str, number: int) -> tuple[bytes, Mapping[str, str]]:
        body = encode_query(
            {
                "event": event,
                "event_handler_id": 1,
                "data": {"FIELDS": {"ID": number}},
                "ts": int(self._clock()),
                "auth": {"domain": "simulated", "member_id": "0", "application_token": self._token},
            }
        )
        return body.encode(), _HEADERS
