"""R13: a town for thirty days on a virtual clock: everybody dies, everything gets lost, and nobody pays for nothing."""

import random
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.faults.conftest import Figures
from tests.simulation.seeds import Outcome, image_of, run_seed
from tests.simulation.town import Town

# Seeds that once broke something; they stay.
ONCE_BROKEN: tuple[int, ...] = ()
# Somebody buys at a kiosk here, and somebody on the web.
PLANTED = 4
FRESH = random.Random(datetime.now(UTC).date().isoformat()).randrange(10**6, 10**9)


@pytest.fixture(scope="module")
def image(sqlite_shop: Path) -> bytes:
    return image_of(sqlite_shop)


def told(outcome: Outcome) -> str:
    """All that somebody needs who wants to see it again."""
    lines = [*outcome.wrong, "what happened last:", *outcome.latest]
    return "\n".join([f"make simulate SEED={outcome.seed}", *lines])


def test_days_of_faults_break_nothing(image: bytes, rounds: Callable[[int, int], int], figures: Figures):
    counted: Counter[str] = Counter()
    seeds = [*ONCE_BROKEN, *range(FRESH, FRESH + rounds(2, 400))]
    days = rounds(4, 30)
    for seed in seeds:
        outcome = run_seed(seed, image=image, days=days)
        assert not outcome.wrong, told(outcome)
        counted.update(outcome.counted)
    figures(
        f"R13 virtual time: {len(seeds)} seeds of {days} days, {len(seeds) * days / 365.25:.1f} simulated years, "
        f"{counted['deaths']} deaths, {counted['dropped']} calls dropped, {counted['lost']} answers lost, "
        f"{counted['doubled']} doubled, {counted['customers']} customers: 0 violations; seed {FRESH}"
    )


def test_a_seed_is_the_same_town_each_time_to_the_last_step(image: bytes):
    first, second, other = (run_seed(seed, image=image, days=2) for seed in (7, 7, 8))
    assert (first.trace, first.steps, first.counted) == (second.trace, second.steps, second.counted)
    assert other.trace != first.trace


def prints_twice(town: Town) -> None:
    town.print_shop.comes_out = 2


def keeps_what_it_held(town: Town) -> None:
    town.bank.takes_too_much = 1


def loses_a_blank(town: Town) -> None:
    sql = "UPDATE stock_items SET on_hand = on_hand - 1 WHERE on_hand > reserved + sold"
    town.after(5000, lambda: town.disk.connection.execute(sql))


@pytest.mark.parametrize(
    ("meddle", "finding"),
    [(prints_twice, "I3"), (keeps_what_it_held, "I4"), (loses_a_blank, "I5")],
)
def test_a_planted_fault_is_found(image: bytes, meddle: Callable[[Town], None], finding: str):
    outcome = run_seed(PLANTED, image=image, days=2, meddle=meddle)
    assert any(finding in one for one in outcome.wrong), outcome.wrong
