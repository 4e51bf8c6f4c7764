"""Benchmarks: ours beside the limits of the machine and beside peers, interleaved, in one run. ``make bench``."""
