"""Histograms that are written by the one thread of the event loop, for a tenth of what the library's own cost."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from prometheus_client.core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString


class QuickHistogram(Collector):
    """``observe`` costs half a microsecond. ``bounds`` rise; what is above the last of them counts, too.

    Labels take a handful of values that we know, never what a caller sent.
    """

    def __init__(self, name: str, about: str, labels: Sequence[str], *, bounds: Sequence[float]) -> None:
        self._name = name
        self._about = about
        self._labels = tuple(labels)
        self._bounds: tuple[float, ...] = (*bounds, float("inf"))
        # Within each bound and above the one before it; then the sum of all.
        self._seen: dict[tuple[str, ...], tuple[list[int], list[float]]] = {}

    def observe(self, value: float, *labels: str) -> None:
        """One more."""
        seen = self._seen.get(labels)
        if seen is None:
            seen = self._seen[labels] = [0] * len(self._bounds), [0.0]
        seen[0][bisect_left(self._bounds, value)] += 1
        seen[1][0] += value

    def collect(self) -> Iterator[Metric]:
        """What is asked for at ``/metrics``."""
        family = HistogramMetricFamily(self._name, self._about, labels=self._labels)
        for labels, (within, total) in list(self._seen.items()):
            up_to, buckets = 0, list[tuple[str, float]]()
            for bound, number in zip(self._bounds, within, strict=True):
                up_to += number
                buckets.append((floatToGoString(bound), up_to))
            family.add_metric(labels, buckets, total[0])
        yield family
