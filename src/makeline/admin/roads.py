"""The life of a thing as a road: where it has been, where it is, where it may go. Drawn from its declared table; pure."""

from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import NamedTuple, TypeVar

from makeline.kernel.states import StateTable

S = TypeVar("S", bound=StrEnum)


class Stop(NamedTuple):
    """One state on the road: ``been``, ``here``, ``next`` (the table leads there from here) or ``far``."""

    word: str
    stand: str


class Road(NamedTuple):
    """The usual way, and what lies beside it."""

    main: Sequence[Stop]
    beside: Sequence[Stop]


def road(states: StateTable[S], usual: Sequence[S], current: S, *, been: Collection[str]) -> Road:
    """``usual``: the states of a life without trouble, in their order; ``been``: words of states it has been in."""
    every = [*usual, *(state for state in states.moves if state not in usual)]
    may_follow = {state for state in every if states.allows(current, state)}
    main = [
        _stop(state, current, (("been", state.value in been), ("next", state in may_follow)))
        for state in usual
    ]
    beside = [
        _stop(state, current, (("next", state in may_follow), ("been", state.value in been)))
        for state in every[len(usual) :]
    ]
    return Road(main, [stop for stop in beside if stop.stand != "far"])


def _stop(state: StrEnum, current: StrEnum, stands: Sequence[tuple[str, bool]]) -> Stop:
    """The first stand that is true; on the way it counts where it has been, beside it where it may go."""
    if state is current:
        return Stop(state.value, "here")
    return Stop(state.value, next((word for word, is_so in stands if is_so), "far"))
