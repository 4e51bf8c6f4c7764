"""What is done to hosts and engines, and how it is undone."""

import signal
from collections.abc import Callable
from dataclasses import dataclass

from tools.hosts.lab import Lab


@dataclass(frozen=True)
class Case:
    """One fault; ``seconds`` is how long it lasts at least."""

    name: str
    begin: Callable[[Lab], None]
    end: Callable[[Lab], None]
    seconds: float


def _killed(engine: str, seconds: float) -> Case:
    return Case(
        f"{engine} killed",
        lambda lab: lab.kill_engine(engine),
        lambda lab: lab.start_engine(engine),
        seconds,
    )


def _linked(name: str, host: str, how: str, seconds: float) -> Case:
    def begin(lab: Lab) -> None:
        getattr(lab.network, how)(lab.host(host))

    return Case(name, begin, lambda lab: lab.network.mend(lab.host(host)), seconds)


CASES = (
    _linked("a host cut off", "west", "cut", 30.0),
    _linked("a host nobody hears", "west", "mute", 25.0),
    _linked("a host that hears nobody", "west", "deafen", 25.0),
    _linked("the engines cut off", "engines", "cut", 20.0),
    _linked("the partner cut off", "partner", "cut", 20.0),
    _killed("postgres", 3.0),
    _killed("valkey", 5.0),
    _killed("s3", 5.0),
    _killed("partner", 5.0),
    Case(
        "a host frozen",
        lambda lab: lab.host("west").signal(signal.SIGSTOP),
        lambda lab: lab.host("west").signal(signal.SIGCONT),
        15.0,
    ),
)
