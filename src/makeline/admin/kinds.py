"""Kinds of anomalies in words, as the runbook has them."""

from makeline.admin.ink import words_of
from makeline.admin.visit import Visit


class Kinds:
    """What kinds are called, mean, and are decided by; one that nobody has described is shown as it is."""

    def __init__(self, visit: Visit) -> None:
        self._words = words_of(visit.language)

    def name(self, kind: str) -> str:
        """What it is called."""
        return self._words.get(f"anomaly_{kind}") or kind.replace("_", " ")

    def means(self, kind: str) -> str:
        """What has happened."""
        return self._words.get(f"anomaly_{kind}_means") or ""

    def decide(self, kind: str) -> str:
        """What to look at before deciding."""
        return self._words.get(f"anomaly_{kind}_decide") or ""
