"""The time of this machine. Handed in once, at the top; everybody else is told what time it is."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_clock() -> datetime:
    """Now, in UTC."""
    return datetime.now(UTC)
