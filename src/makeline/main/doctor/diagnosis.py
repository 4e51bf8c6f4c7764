"""What is said of one thing that was looked at."""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """``ok``; ``warn``: it works, and will hurt one day; ``fail``: it does not work, or loses something."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Diagnosis(NamedTuple):
    """One line: ``found`` holds no secret, ``advice`` is empty where nothing is to be done."""

    subject: str
    severity: Severity
    found: str
    advice: str = ""


def ok(subject: str, found: str) -> Diagnosis:
    """In order."""
    return Diagnosis(subject, Severity.OK, found)


def warn(subject: str, found: str, advice: str) -> Diagnosis:
    """Works, and should be looked at."""
    return Diagnosis(subject, Severity.WARN, found, advice)


def fail(subject: str, found: str, advice: str) -> Diagnosis:
    """Broken."""
    return Diagnosis(subject, Severity.FAIL, found, advice)
