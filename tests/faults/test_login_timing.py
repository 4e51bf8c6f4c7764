"""S12: whether a user name exists cannot be told by how long a refused sign-in takes.

What is compared is the tenth of the fastest: there a difference of the work itself shows, however busy the machine is with
other things meanwhile. A known and an unknown name take turns, so whatever slows the one slows the other.
"""

import random
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from tests.faults.conftest import Figures
from tests.faults.shop import Shop
from tests.members import registration

_RELABELLED = 400
# A difference this far beyond what chance makes of equal times happens once in fifteen thousand runs.
_DEVIATIONS = 4.0


@pytest.mark.timeout(900)
async def test_a_known_name_takes_as_long_as_an_unknown_one(
    shop_urls: Callable[[str], str],
    tmp_path: Path,
    rounds: Callable[[int, int], int],
    figures: Figures,
    monkeypatch: pytest.MonkeyPatch,
):
    for name in ("LIMIT_SIGN_IN", "LIMIT_GUEST", "LIMIT_REGISTRATIONS"):
        monkeypatch.setenv(name, "1000000")
    samples = rounds(25, 1000)
    shop = Shop(shop_urls("sqlite"), tmp_path)
    shop.start_server()
    try:
        shop.wait()
        async with httpx2.AsyncClient(base_url=shop.address(0), timeout=30) as http:
            assert (await http.post("/register", json=registration("anna"))).status_code == 200
            known, unknown = await _timed(http, samples)
    finally:
        shop.close()
    difference = _fast(known) - _fast(unknown)
    noise = _DEVIATIONS * _spread_by_chance(known, unknown)
    figures(
        f"S12: {samples} refused sign-ins each: the fastest tenth takes {_fast(known) * 1e3:.2f} ms by a known name, "
        f"{_fast(unknown) * 1e3:.2f} ms by an unknown one, difference {difference * 1e6:+.0f} us, noise {noise * 1e6:.0f} us; "
        f"medians {statistics.median(known) * 1e3:.1f} and {statistics.median(unknown) * 1e3:.1f} ms"
    )
    assert abs(difference) <= noise


async def _timed(http: httpx2.AsyncClient, samples: int) -> tuple[list[float], list[float]]:
    """Seconds of refused sign-ins, by a known and an unknown name in turns whose order is drawn by lot."""
    lots, seconds = random.Random(12), {"anna": list[float](), "boris": list[float]()}
    for turn in range(samples + 3):
        for name in lots.sample(sorted(seconds), 2):
            began = time.perf_counter()
            answer = await http.post("/login", json={"username": name, "password": "wrong password"})
            took = time.perf_counter() - began
            assert answer.status_code == 401
            # The first ones warm up.
            if turn >= 3:
                seconds[name].append(took)
    return seconds["anna"], seconds["boris"]


def _fast(seconds: list[float]) -> float:
    """What one in ten does not exceed."""
    return statistics.quantiles(seconds, n=10)[0]


def _spread_by_chance(one: list[float], other: list[float]) -> float:
    """How much two equal heaps differ: in each turn it is drawn by lot which was which, many times."""
    lots, differences = random.Random(4), []
    for _ in range(_RELABELLED):
        turns = [(a, b) if lots.random() < 0.5 else (b, a) for a, b in zip(one, other, strict=True)]
        differences.append(_fast([a for a, _ in turns]) - _fast([b for _, b in turns]))
    return statistics.pstdev(differences)
