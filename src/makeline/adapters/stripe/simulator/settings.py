"""How a simulated Stripe is made and how it behaves; the behaviour can be changed while it runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makeline.foundation.simulation import turned

# Everybody may know them: they open nothing but a simulator on a loopback address.
KEY = "sk_test_simulated_on_this_machine_only"
WEBHOOK_SECRET = "whsec_simulated_on_this_machine_only"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Switches:
    """How it behaves.

    ``delay``: seconds that each answer takes; ``away``: nobody is there; the next ``lose_answers`` changing calls are
    done and their answers lost; ``refuse``: a word, and each call whose path holds it is refused. Events: each comes
    ``copies`` times, a share ``drop_events`` never, each up to ``event_delay`` seconds late and so in any order; one that
    is not answered by 2xx is sent again ``event_retries`` times, after ``retry_pause`` seconds and then twice as long.
    ``bank_seconds``: how long a bank takes over a debit. ``hold_days``: when a hold ends by itself.
    """

    delay: float = 0.0
    away: bool = False
    lose_answers: int = 0
    refuse: str = ""
    copies: int = 1
    drop_events: float = 0.0
    event_delay: float = 0.0
    event_retries: int = 8
    retry_pause: float = 0.5
    bank_seconds: float = 20.0
    hold_days: float = 7.0

    def changed(self, changes: dict[str, Any]) -> "Switches":
        """With other values; raises ``UnknownSwitch``."""
        return turned(self, changes)


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """``notify``: the address that events are posted to; None: nowhere. ``data_dir`` None: all is forgotten at the end."""

    notify: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    data_dir: Path | None = None
    key: str = KEY
    secret: str = WEBHOOK_SECRET
    switches: Switches = Switches()
