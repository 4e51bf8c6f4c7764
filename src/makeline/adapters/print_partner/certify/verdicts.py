"""What a certification is told, and what each of its checks comes to."""

from dataclasses import dataclass
from enum import StrEnum


class Failed(Exception):
    """The partner's server does something else than the documents say; the text says what."""


class NotTried(Exception):
    """The check needs something that is not there; the text says what."""


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_TRIED = "could not be tried"


@dataclass(frozen=True, slots=True)
class Plan:
    """``device`` is one of the account's machines. ``prints``: whether one case may really be printed.

    ``reached``: whether the partner can call our stand. ``patience``: seconds for a settled payment to be orderable
    and for the first notice; ``print_patience``: for a print to end.
    """

    device: str
    prints: bool
    reached: bool
    patience: float = 60.0
    print_patience: float = 240.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One call of ours and its answer, without secrets. ``status`` is None when no complete answer came."""

    path: str
    signed: str
    sign: str
    body: str
    status: int | None
    answer: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check: its sentence, what the documents say, what was found, and the calls it made."""

    section: str
    name: str
    documents: str
    outcome: Outcome
    found: str
    calls: tuple[Sent, ...]
