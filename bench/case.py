"""What a benchmark case is made of, and what one round of it yields."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median


class Role(StrEnum):
    """Ours, what the machine can do at all, or what a user would pick instead."""

    OURS = "ours"
    LIMIT = "limit"
    PEER = "peer"


@dataclass(frozen=True)
class Measurement:
    """One round of one contender.

    ``cpu_us``: microseconds of CPU per operation for each process or group of processes that took part. ``facts``
    are further numbers worth keeping (memory in MB, a rate of hits); they are printed as they are.
    """

    operations: int
    seconds: float
    p50_ms: float
    p99_ms: float
    cpu_us: Mapping[str, float]
    errors: int = 0
    facts: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Operations per second."""
        return self.operations / self.seconds if self.seconds else 0.0


Measure = Callable[[float], Measurement]


@dataclass(frozen=True)
class Contender:
    """Something that does the job of the case.

    ``open`` sets it up (servers, data) and yields ``measure(seconds)``, which is called once for each round while
    the other contenders stand idle. ``against``: the label of the line of ours that is divided by it; the first without.
    """

    role: Role
    label: str
    open: Callable[[], AbstractContextManager[Measure]]
    against: str = ""


@dataclass(frozen=True)
class Line:
    """All rounds of one contender; every figure is the median of the rounds."""

    contender: Contender
    rounds: Sequence[Measurement]

    @property
    def rate(self) -> float:
        """Operations per second."""
        return median(one.rate for one in self.rounds)

    @property
    def low(self) -> float:
        """The rate of the worst round."""
        return min(one.rate for one in self.rounds)

    @property
    def high(self) -> float:
        """The rate of the best round."""
        return max(one.rate for one in self.rounds)

    @property
    def p50_ms(self) -> float:
        """Half of the operations took at most this."""
        return median(one.p50_ms for one in self.rounds)

    @property
    def p99_ms(self) -> float:
        """All but one in a hundred took at most this."""
        return median(one.p99_ms for one in self.rounds)

    @property
    def cpu_us(self) -> dict[str, float]:
        """CPU per operation by process."""
        return {
            name: median(one.cpu_us.get(name, 0.0) for one in self.rounds) for name in self.rounds[0].cpu_us
        }

    @property
    def cpu_total_us(self) -> float:
        """CPU per operation of all processes except the load generator."""
        return sum(value for name, value in self.cpu_us.items() if name != "load")

    @property
    def errors(self) -> int:
        """Operations that failed, over all rounds."""
        return sum(one.errors for one in self.rounds)

    @property
    def facts(self) -> dict[str, float]:
        """Further numbers."""
        return {name: median(one.facts[name] for one in self.rounds) for name in self.rounds[0].facts}


@dataclass(frozen=True)
class Summary:
    """All lines of a case."""

    lines: Sequence[Line]

    @property
    def ours(self) -> Line:
        """The first line of ours."""
        return self.first(Role.OURS)

    def first(self, role: Role) -> Line:
        """The first line of a role; raises ``LookupError`` when the case has none."""
        for line in self.lines:
            if line.contender.role is role:
                return line
        raise LookupError(f"the case has no {role}")

    def named(self, label: str) -> Line:
        """The line with this label."""
        for line in self.lines:
            if line.contender.label == label:
                return line
        raise LookupError(f"no contender is called {label!r}")

    def ratio(self, other: str | Line, *, of: Line | None = None) -> float:
        """Our rate divided by the other's, round by round, then the median: neighbours' noise falls on both."""
        theirs = self.named(other) if isinstance(other, str) else other
        against = theirs.contender.against
        ours = of or (self.named(against) if against else self.ours)
        return median(
            mine.rate / his.rate if his.rate else 0.0
            for mine, his in zip(ours.rounds, theirs.rounds, strict=True)
        )


@dataclass(frozen=True)
class Goal:
    """A sentence about a summary and whether it is true."""

    text: str
    reached: Callable[[Summary], bool]


@dataclass(frozen=True)
class Case:
    """One question with its contenders; ``unit`` is what is counted (``orders``, ``requests``).

    ``seconds`` overrides the length of a round where a case needs its own. ``note`` says what an operation is, what
    happens beside it, and what limits it.
    """

    id: str
    title: str
    unit: str
    contenders: Sequence[Contender]
    goals: Sequence[Goal] = ()
    seconds: float | None = None
    note: str = ""
