"""States as data: a table of allowed moves and the one function that moves along it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from makeline.kernel.errors import Kind, Refusal

S = TypeVar("S", bound=StrEnum)


class IllegalMove(Refusal):
    """The thing is not in a state from which this may happen."""

    code = "ILLEGAL_STATE"
    kind = Kind.CONFLICT


@dataclass(frozen=True)
class StateTable(Generic[S]):
    """The life of one kind of thing: ``moves`` maps each state to the states that may follow.

    ``initial`` are the states it may be born in; a state without successors is final.
    """

    noun: str
    moves: Mapping[S, frozenset[S]]
    initial: frozenset[S]

    def move(self, current: S | None, target: S) -> S:
        """Return ``target`` when the table allows the step, else raise ``IllegalMove``; None means birth."""
        allowed = self.initial if current is None else self.moves[current]
        if target not in allowed:
            raise IllegalMove(
                f"{self.noun} is {current.value if current else 'not there yet'} and cannot become {target.value}",
                current_status=current.value if current else None,
                allowed=sorted(state.value for state in allowed),
            )
        return target

    def allows(self, current: S, target: S) -> bool:
        """Whether the step is on the table."""
        return target in self.moves[current]


def state_table(noun: str, initial: S, moves: Mapping[S, tuple[S, ...]]) -> StateTable[S]:
    """Build a table; states that are not listed as a source are final."""
    states = type(initial)
    return StateTable(
        noun, {state: frozenset(moves.get(state, ())) for state in states}, frozenset({initial})
    )
