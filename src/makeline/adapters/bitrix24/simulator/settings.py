"""How a simulated portal is made and how it behaves; the behaviour can be changed while it runs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from makeline.foundation.simulation import UnknownSwitch, turned

CODE = "simulated0portal"
BASE_PATH = f"/rest/1/{CODE}/"
PROFILES = ("real", "none")
BATCH_WORK = ("calls", "both")


@dataclass(frozen=True, slots=True)
class Switches:
    """How it behaves.

    ``profile``: ``real`` limits or ``none``. ``seconds_per_call``: work that each call is charged for, never waited.
    ``batch_work``: calls inside a batch are charged to their own methods (``calls``), or their sum to ``batch`` besides
    (``both``), and then each of them repeats that one figure.
    ``delay``: seconds that each answer takes. The next ``lose_answers`` changing requests are applied and their answers
    lost; the next ``html`` requests get a page instead; ``away``: nobody is there; ``denied``: our rights were taken; ``full``: others use
    up all that the portal lets in;
    ``refuse_title``: records with this in their title are refused. Events: a share ``drop_events`` never comes, a share
    ``double_events`` comes twice, each up to ``event_delay`` seconds late, so in any order. The PDF of a document appears
    after ``paper_seconds``, never if ``paper_fails``; ``documents_used_up``: none is made any more; ``paper_trap``: its
    address leads to a page (``html``), a word processor's file (``docx``), too much (``large``), on to something else
    (``redirect``) or to another machine (``elsewhere``).
    """

    profile: str = "real"
    seconds_per_call: float = 0.005
    batch_work: str = "calls"
    delay: float = 0.0
    lose_answers: int = 0
    html: int = 0
    away: bool = False
    denied: bool = False
    full: bool = False
    refuse_title: str = ""
    drop_events: float = 0.0
    double_events: float = 0.0
    event_delay: float = 0.0
    paper_seconds: float = 40.0
    paper_fails: bool = False
    documents_used_up: bool = False
    paper_trap: str = ""

    def changed(self, changes: dict[str, Any]) -> "Switches":
        """With other values; raises ``UnknownSwitch``."""
        for name, words in (("profile", PROFILES), ("batch_work", BATCH_WORK)):
            if changes.get(name, words[0]) not in words:
                raise UnknownSwitch(f"{name} must be one of {', '.join(words)}")
        return turned(self, changes)


@dataclass(frozen=True, slots=True)
class PortalSettings:
    """``notify``: the address that events are posted to, whole; None: they are posted nowhere. ``data_dir`` None: all is
    forgotten at the end."""

    notify: str | None = None
    host: str = "127.0.0.1"
    port: int = 0
    data_dir: Path | None = None
    token: str = ""
    switches: Switches = Switches()
