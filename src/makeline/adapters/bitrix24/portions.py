"""Long lists in portions."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

T = TypeVar("T")


def portions(values: Iterable[T], most: int) -> Iterator[list[T]]:
    """At most so many at a time, in their order."""
    waiting = iter(values)
    while portion := list(islice(waiting, most)):
        yield portion
