"""Nonces that this process has taken lately, or is taking: a copy of such a call is known without the database.

The database has the last word on every nonce (other processes take them too, and memory is short). This memory only
lets a copy be refused before it is counted among its partner's calls.
"""

from datetime import timedelta

# A call may be as old as its signature allows, and a nonce may be taken again once its call is too old to come.
_KEPT_SECONDS = timedelta(minutes=10).total_seconds()
_MOST = 20_000

Taken = dict[tuple[int, str], float]


class RecentNonces:
    """Two generations; the older one goes when the younger is full."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._young: Taken = {}
        self._old: Taken = {}

    def take(self, key_id: int, nonce: str, *, now: float) -> bool:
        """False when it was taken in the last ten minutes. ``now`` in unix seconds."""
        name = key_id, nonce
        before = self._young.get(name) or self._old.get(name)
        if before is not None and abs(now - before) <= _KEPT_SECONDS:
            return False
        if len(self._young) >= self._most:
            self._old, self._young = self._young, {}
        self._young[name] = now
        return True

    def give_back(self, key_id: int, nonce: str) -> None:
        """It was not taken after all: nothing of its call was written."""
        self._young.pop((key_id, nonce), None)
        self._old.pop((key_id, nonce), None)
