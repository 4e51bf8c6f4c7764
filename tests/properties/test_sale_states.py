"""R12: people do legal and illegal things in any order; the database always equals a model written from the contract."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from makeline.foundation.database import open_database
from makeline.main.subscriptions import PROMISES
from tests.conftest import prepare_shop
from tests.faults.floor import put_up
from tests.figures import Figures
from tests.properties.sale_machine import ROOM, Sales

STEPS = 50


def prepare_machine(url: str) -> None:
    """The sample shop with one more machine, which has no blanks yet."""
    prepare_shop(url)

    async def furnish() -> None:
        database = await open_database(url, promises=PROMISES)
        await database.begin(lambda unit: put_up(unit, room=ROOM), actor="test")
        await database.close()

    asyncio.run(furnish())


@pytest.fixture(scope="module")
def sqlite_machine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("machine") / "shop.sqlite"
    prepare_machine(f"sqlite:///{path}")
    return path


def test_whatever_people_do_sqlite_holds_what_the_model_says(
    sqlite_machine: Path, tmp_path: Path, rounds: Callable[[int, int], int], figures: Figures
):
    numbers = iter(range(10**9))

    def fresh() -> str:
        copy = tmp_path / f"{next(numbers)}.sqlite"
        shutil.copyfile(sqlite_machine, copy)
        return f"sqlite:///{copy}"

    runs = _run(fresh, rounds(22, 1700), night=rounds(0, 1) == 1)
    figures(
        f"R12 sqlite: {runs} runs of up to {STEPS} steps, 0 violations, the database equals the model after each"
    )


def test_whatever_people_do_postgresql_holds_what_the_model_says(
    postgres_template: Callable[..., str],
    postgres_databases: Callable[[str], str],
    rounds: Callable[[int, int], int],
    figures: Figures,
):
    template = postgres_template("machine", prepare_machine)
    runs = _run(lambda: postgres_databases(template), rounds(6, 300), night=rounds(0, 1) == 1)
    figures(
        f"R12 postgresql: {runs} runs of up to {STEPS} steps, 0 violations, the database equals the model after each"
    )


def _run(fresh_shop: Callable[[], str], runs: int, *, night: bool) -> int:
    """Answers how many runs there were."""
    opened = 0

    def fresh() -> str:
        nonlocal opened
        opened += 1
        return fresh_shop()

    run_state_machine_as_test(
        lambda: Sales(fresh),
        settings=settings(
            max_examples=runs,
            stateful_step_count=STEPS,
            deadline=None,
            # By day the same runs every time; at night others, and what fails is kept and tried first again.
            derandomize=not night,
            # A failing run is made shorter at night only: that takes minutes.
            phases=list(Phase) if night else (Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )
    return opened
