"""What the simulated Stripe keeps: sessions, the money behind them, refunds, answers by key; and what it did."""

import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from makeline.foundation.simulation import write_whole

Thing = dict[str, Any]


@dataclass
class Books:
    """``effects``: everything that moved money, in its order; the judge of tests."""

    clock: Callable[[], float]
    path: Path | None = None
    sessions: dict[str, Thing] = field(default_factory=dict)
    intents: dict[str, Thing] = field(default_factory=dict)
    charges: dict[str, Thing] = field(default_factory=dict)
    refunds: dict[str, Thing] = field(default_factory=dict)
    # Key → what was asked, and how it was answered.
    answers: dict[str, tuple[str, int, Thing]] = field(default_factory=dict)
    effects: list[tuple[str, str, int]] = field(default_factory=list)
    changed: bool = False

    def now(self) -> int:
        """Seconds since 1970, as Stripe counts."""
        return int(self.clock())

    def new_id(self, prefix: str) -> str:
        """A name that nothing had before."""
        self.changed = True
        return f"{prefix}_{secrets.token_hex(12)}"

    def note(self, what: str, name: str, minor: int) -> None:
        """Money moved."""
        self.changed = True
        self.effects.append((what, name, minor))

    def write_down(self) -> None:
        """Whole or not at all."""
        if self.path is None or not self.changed:
            return
        self.changed = False
        kept = {name: getattr(self, name) for name in _KEPT}
        write_whole(self.path, kept)

    def remember(self) -> None:
        """What was written down; nothing is a new account."""
        if self.path is None:
            return
        with suppress(FileNotFoundError):
            kept = json.loads(self.path.read_text())
            for name in _KEPT:
                setattr(self, name, kept[name])
            self.answers = {key: (asked, status, body) for key, (asked, status, body) in self.answers.items()}


_KEPT = ("sessions", "intents", "charges", "refunds", "answers", "effects")
