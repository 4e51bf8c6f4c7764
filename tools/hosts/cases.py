"""What is done to hosts and engines, and how it is undone."""

import signal
from collections.abc import Callable
from dataclasses import dataclass

from tools.hosts.lab import Lab


@dataclass(frozen=True)
class Case:
    """One fault; ``id`` is its number in the report; ``seconds`` is how long it lasts at least."""

    id: str
    name: str
    begin: Callable[[Lab], None]
    end: Callable[[Lab], None]
    seconds: float
    # Whether people buy on the web, too.
    web: bool = False


def _killed(number: str, engine: str, seconds: float) -> Case:
    return Case(
        number,
        f"{engine} killed",
        lambda lab: lab.kill_engine(engine),
        lambda lab: lab.start_engine(engine),
        seconds,
    )


def _linked(number: str, name: str, host: str, how: str, seconds: float, *, web: bool = False) -> Case:
    def begin(lab: Lab) -> None:
        getattr(lab.network, how)(lab.host(host))

    return Case(number, name, begin, lambda lab: lab.network.mend(lab.host(host)), seconds, web)


CASES = (
    _linked("H1", "a host cut off", "west", "cut", 30.0),
    _linked("H2", "a host nobody hears", "west", "mute", 25.0),
    _linked("H3", "a host that hears nobody", "west", "deafen", 25.0),
    _linked("H4", "the engines cut off", "engines", "cut", 20.0),
    _linked("H5", "the partner cut off", "partner", "cut", 20.0),
    _killed("H6", "postgres", 3.0),
    _killed("H7", "valkey", 5.0),
    _killed("H8", "s3", 5.0),
    _killed("H9", "partner", 5.0),
    Case(
        "H10",
        "a host frozen",
        lambda lab: lab.host("west").signal(signal.SIGSTOP),
        lambda lab: lab.host("west").signal(signal.SIGCONT),
        15.0,
    ),
    _linked("H11", "the payment gateway cut off", "bank", "cut", 20.0, web=True),
)
