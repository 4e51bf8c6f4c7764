"""Which phenomena a history of transactions shows, found as cycles of what depends on what (after Adya).

A key holds a list. Transactions append values that nobody else appends, and read whole lists, so that every read tells
which state it saw: the order of all appends to a key is the longest list that anybody read of it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple


class Kind(StrEnum):
    """What can be wrong; the first seven at any level above none, the last two where serialisable is promised."""

    DIRTY_WRITE = "G0"
    ABORTED_READ = "G1a"
    INTERMEDIATE_READ = "G1b"
    CIRCULAR = "G1c"
    OWN_WRITE_UNSEEN = "internal"
    FORKED = "incompatible order"
    LOST = "lost append"
    READ_SKEW = "G-single"
    WRITE_SKEW = "G2"


# What read committed forbids.
COMMITTED = frozenset(Kind) - {Kind.READ_SKEW, Kind.WRITE_SKEW}


class Append(NamedTuple):
    """One value at the end of a key's list."""

    key: int
    value: str


class Read(NamedTuple):
    """The whole list of a key, as the transaction saw it."""

    key: int
    values: tuple[str, ...]


@dataclass
class Transaction:
    """What one did, in its order; ``committed`` is what it was told."""

    name: str
    steps: list[Append | Read] = field(default_factory=list)
    committed: bool = True


class Phenomenon(NamedTuple):
    """One finding, and the transactions or the key that show it."""

    kind: Kind
    about: tuple[str, ...]


Edges = Mapping[str, set[str]]


def phenomena(history: Sequence[Transaction]) -> list[Phenomenon]:
    """All kinds that the history shows; of cycles one example for each knot of transactions."""
    return [*_in_reads(history), *_in_cycles(history)]


def _in_reads(history: Sequence[Transaction]) -> Iterator[Phenomenon]:
    writer, last = {}, {}
    for one in history:
        for step in one.steps:
            if isinstance(step, Append):
                writer[step.value] = one
                last[one.name, step.key] = step.value
    orders = _orders(history)
    for one in (one for one in history if one.committed):
        own: dict[int, list[str]] = defaultdict(list)
        for step in one.steps:
            if isinstance(step, Append):
                own[step.key].append(step.value)
                continue
            if any(not writer[value].committed for value in step.values):
                yield Phenomenon(Kind.ABORTED_READ, (one.name, str(step.key)))
            by = writer[step.values[-1]] if step.values else one
            if by is not one and last[by.name, step.key] != step.values[-1]:
                yield Phenomenon(Kind.INTERMEDIATE_READ, (one.name, by.name))
            if own[step.key] and list(step.values[-len(own[step.key]) :]) != own[step.key]:
                yield Phenomenon(Kind.OWN_WRITE_UNSEEN, (one.name, str(step.key)))
            if step.values != orders[step.key][: len(step.values)]:
                yield Phenomenon(Kind.FORKED, (one.name, str(step.key)))
    yield from _lost(history, orders)


def _lost(history: Sequence[Transaction], orders: Mapping[int, tuple[str, ...]]) -> Iterator[Phenomenon]:
    """The history ends with a read of every key: what was acknowledged and is not there is lost."""
    for one in history:
        for step in one.steps:
            if isinstance(step, Append) and one.committed and step.value not in orders[step.key]:
                yield Phenomenon(Kind.LOST, (one.name, str(step.key)))


def _orders(history: Sequence[Transaction]) -> dict[int, tuple[str, ...]]:
    longest: dict[int, tuple[str, ...]] = defaultdict(tuple)
    for one in history:
        for step in one.steps:
            if isinstance(step, Read) and one.committed and len(step.values) > len(longest[step.key]):
                longest[step.key] = step.values
    return longest


def _in_cycles(history: Sequence[Transaction]) -> Iterator[Phenomenon]:
    writes, reads, overtakes = _edges(history)
    told = _together(writes, reads)
    written, circles = _knots(writes), _knots(told)
    yield from (Phenomenon(Kind.DIRTY_WRITE, knot) for knot in written)
    yield from (Phenomenon(Kind.CIRCULAR, knot) for knot in circles if knot not in written)
    for knot in _knots(_together(told, overtakes)):
        if knot in circles:
            continue
        inside = set(knot)
        single = [
            (earlier, later)
            for earlier in knot
            for later in overtakes.get(earlier, ())
            if later in inside and _leads(told, later, earlier, inside)
        ]
        yield Phenomenon(Kind.READ_SKEW if single else Kind.WRITE_SKEW, single[0] if single else knot)


def _edges(
    history: Sequence[Transaction],
) -> tuple[dict[str, set[str]], dict[str, set[str]], dict[str, set[str]]]:
    """Who wrote after whom, who read whom, and who read a state that whom replaced."""
    writer = {
        step.value: one.name
        for one in history
        for step in one.steps
        if isinstance(step, Append) and one.committed
    }
    orders = _orders(history)
    writes, reads, overtakes = defaultdict(set), defaultdict(set), defaultdict(set)
    for values in orders.values():
        for before, after in pairwise(values):
            _join(writes, writer.get(before), writer.get(after))
    for one in (one for one in history if one.committed):
        for step in one.steps:
            if not isinstance(step, Read):
                continue
            seen = [value for value in step.values if writer.get(value) != one.name]
            if seen:
                _join(reads, writer.get(seen[-1]), one.name)
            order = orders[step.key]
            following = [value for value in order[len(seen) :] if writer.get(value) != one.name]
            if following:
                _join(overtakes, one.name, writer.get(following[0]))
    return writes, reads, overtakes


def _join(edges: dict[str, set[str]], before: str | None, after: str | None) -> None:
    if before is not None and after is not None and before != after:
        edges[before].add(after)


def _together(*some: Edges) -> dict[str, set[str]]:
    whole: dict[str, set[str]] = defaultdict(set)
    for edges in some:
        for before, after in edges.items():
            whole[before] |= after
    return whole


def _leads(edges: Edges, start: str, end: str, inside: Iterable[str]) -> bool:
    inside, seen, waiting = set(inside), {start}, [start]
    while waiting:
        here = waiting.pop()
        if here == end:
            return True
        fresh = (set(edges.get(here, ())) & inside) - seen
        seen |= fresh
        waiting += fresh
    return False


def _knots(edges: Edges) -> list[tuple[str, ...]]:
    """Sets of more than one that all lead to each other (Tarjan, without recursion)."""
    number: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    on_stack: set[str] = set()
    found = []
    for root in list(edges):
        if root in number:
            continue
        path: list[tuple[str, Iterator[str]]] = []
        _enter(root, edges, number, low, stack, on_stack, path)
        while path:
            here, followers = path[-1]
            follower = next(followers, None)
            if follower is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[here])
                if low[here] == number[here]:
                    knot = _leave(here, stack, on_stack)
                    found += [knot] if len(knot) > 1 else []
            elif follower not in number:
                _enter(follower, edges, number, low, stack, on_stack, path)
            elif follower in on_stack:
                low[here] = min(low[here], number[follower])
    return found


def _enter(
    name: str,
    edges: Edges,
    number: dict[str, int],
    low: dict[str, int],
    stack: list[str],
    on_stack: set[str],
    path: list[tuple[str, Iterator[str]]],
) -> None:
    number[name] = low[name] = len(number)
    stack.append(name)
    on_stack.add(name)
    path.append((name, iter(sorted(edges.get(name, ())))))


def _leave(root: str, stack: list[str], on_stack: set[str]) -> tuple[str, ...]:
    knot = []
    while True:
        name = stack.pop()
        on_stack.discard(name)
        knot.append(name)
        if name == root:
            return tuple(sorted(knot))
