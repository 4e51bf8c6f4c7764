"""How many moves along the tables of states were made durable: what a shop does, as figures that only grow."""

from collections.abc import Iterable, Iterator

from prometheus_client.core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

Moved = tuple[str, str]


class MoveTally(Collector):
    """``makeline_moves_total`` by noun and the state that was reached; both stand in our tables of states."""

    def __init__(self) -> None:
        self._made: dict[Moved, int] = {}

    def count(self, moved: Iterable[Moved]) -> None:
        """These are durable now."""
        for noun_and_state in moved:
            self._made[noun_and_state] = self._made.get(noun_and_state, 0) + 1

    def collect(self) -> Iterator[Metric]:
        """What is asked for at ``/metrics``."""
        family = CounterMetricFamily("makeline_moves", "Durable moves of states", labels=("noun", "to"))
        for labels, number in list(self._made.items()):
            family.add_metric(labels, number)
        yield family
