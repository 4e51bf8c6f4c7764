"""Percentiles of waiting times."""

from collections.abc import Sequence


def percentile_ms(seconds: Sequence[float], percent: float) -> float:
    """The waiting time that ``percent`` of the sorted ``seconds`` do not exceed, in milliseconds."""
    if not seconds:
        return 0.0
    position = min(len(seconds) - 1, max(0, round(len(seconds) * percent / 100) - 1))
    return seconds[position] * 1000
