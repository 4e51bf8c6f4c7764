"""The readable session id ``MACHINE_YYYYMMDD_HHMMSS_RANDOM``: build, parse, explain what is wrong.

Parsed from the right, because a machine's key may itself contain underscores, dates and times.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import lru_cache

from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.ids import random_text

RANDOM_LENGTH = 16
FORMAT = "MACHINE_ID_YYYYMMDD_HHMMSS_RANDOM"

_MACHINE = re.compile(r"[A-Za-z0-9_-]{1,50}", re.ASCII)
_RANDOM = re.compile(r"[A-Za-z0-9]{6,32}", re.ASCII)


class InvalidSessionId(Refusal):
    """The text is not a session id; the message says why."""

    code = "INVALID_SESSION_ID"
    kind = Kind.MALFORMED


@dataclass(frozen=True, slots=True)
class SessionId:
    """The four parts, as they stand in the text."""

    machine: str
    date: str
    time: str
    random: str


def new_session_id(machine: str, now: datetime) -> str:
    """A fresh id; 80 bits nobody can guess behind the readable part."""
    return f"{machine}_{now.astimezone(UTC):%Y%m%d_%H%M%S}_{random_text(RANDOM_LENGTH)}"


@lru_cache(maxsize=4096)
def parse_session_id(text: str) -> SessionId:
    """The parts of an id; raises ``InvalidSessionId`` with the first thing that is wrong."""
    if any(mark in text for mark in "?&="):
        raise InvalidSessionId("contains ?, & or =")
    parts = text.rsplit("_", 3)
    if len(parts) < 4:
        raise InvalidSessionId("fewer than four parts")
    machine, day, clock, random = parts
    if not _RANDOM.fullmatch(random):
        raise InvalidSessionId("random part is not 6-32 letters or digits")
    if not _digits(clock, 6):
        raise InvalidSessionId("time is not 6 digits")
    if not _is_time(clock):
        raise InvalidSessionId("time is not a real time")
    if not _digits(day, 8):
        raise InvalidSessionId("date is not exactly 8 digits")
    if not _is_date(day):
        raise InvalidSessionId("date is not a real date")
    if not _MACHINE.fullmatch(machine):
        raise InvalidSessionId("machine id is not 1-50 letters, digits, _ or -")
    return SessionId(machine, day, clock, random)


def _digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


def _is_date(text: str) -> bool:
    try:
        date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return False
    return True


def _is_time(text: str) -> bool:
    try:
        time(int(text[:2]), int(text[2:4]), int(text[4:]))
    except ValueError:
        return False
    return True
