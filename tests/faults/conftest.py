"""How much the fuzz makes up; what a test reports is a line of ``figures``, see tests/figures.py."""

import random
from collections.abc import Callable

import pytest

from tests.figures import Figures

__all__ = ["Figures", "fuzzing"]  # tests of faults find both here


@pytest.fixture
def only_by_night(request: pytest.FixtureRequest) -> None:
    """For a case whose short form, beside the rooms it is about, costs less than starting a shop of processes."""
    if not request.config.getoption("--night"):
        pytest.skip("only with --night; by day the suite holds a short form of it")


@pytest.fixture
def fuzzing(request: pytest.FixtureRequest, rounds: Callable[[int, int], int]) -> tuple[int, int]:
    """How many calls are made up, and from which seed: by day always the same few."""
    cases, seed = (request.config.getoption(name) for name in ("--fuzz-cases", "--fuzz-seed"))
    if seed is None:
        seed = rounds(0, random.randrange(2**32))
    return cases or rounds(120, 10_000), seed
