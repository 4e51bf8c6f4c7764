"""How the simulated Gemini behaves."""

from dataclasses import dataclass, replace
from typing import Any

from makeline.foundation.simulation import UnknownSwitch

# What each call may be answered with, in the order of ``plan``.
ANSWERS = (
    "picture",
    "small",
    "truncated",
    "text",
    "empty",
    "blocked",
    "safety",
    "unfinished",
    "busy",
    "broken",
    "gone",
    "garbage",
    "slow",
)


@dataclass(frozen=True, slots=True)
class Switches:
    """``plan``: answers of the next calls, afterwards pictures. ``models``: those it knows; empty: every one.
    ``retry_delay`` is what ``busy`` tells, ``slow_seconds`` how long ``slow`` takes."""

    plan: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    retry_delay: str = "2s"
    slow_seconds: float = 5.0

    def changed(self, changes: dict[str, Any]) -> "Switches":
        """With other values; raises ``UnknownSwitch``."""
        try:
            told = replace(self, **{**changes, **_lists(changes)})
        except TypeError as error:
            raise UnknownSwitch(str(error)) from error
        unknown = set(told.plan) - set(ANSWERS)
        if unknown:
            raise UnknownSwitch(f"plan holds {', '.join(ANSWERS)}; not {', '.join(sorted(unknown))}")
        return told


def _lists(changes: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(changes[name]) for name in ("plan", "models") if name in changes}
