"""The simulated partner grumbles about listings that are asked for too often; he answers all the same, as the real one."""

from collections import Counter

_OFTEN_SECONDS = 300.0


class Listings:
    """Counts list calls; asking the same thing again within five minutes is a complaint."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()
        self.complaints = 0
        self._latest: dict[tuple[str, ...], float] = {}

    def note(self, path: str, about: tuple[str, ...], now: float) -> None:
        """One call was made."""
        self.asked[path] += 1
        key = (path, *about)
        if now - self._latest.get(key, -_OFTEN_SECONDS) < _OFTEN_SECONDS:
            self.complaints += 1
        self._latest[key] = now

    def as_json(self) -> dict[str, object]:
        """For the page of switches."""
        return {"asked": dict(self.asked), "complaints": self.complaints}
