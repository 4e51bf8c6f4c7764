"""The names of time zones; looked up in the system's files once, which takes a hundredth of a second."""

from functools import cache
from zoneinfo import available_timezones


@cache
def time_zones() -> frozenset[str]:
    """Every name that may be set, as ``Europe/London``."""
    return frozenset(available_timezones())
