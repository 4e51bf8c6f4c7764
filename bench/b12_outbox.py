"""B12: promises through the outbox: one row with the fact, claimed in batches, done, ticked off."""

from collections.abc import Generator, Mapping
from contextlib import contextmanager

from bench.case import Case, Goal, Summary
from bench.disk import disk_folder, postgres
from bench.jobs import outbox_contender
from bench.limits import pgbench, sqlite
from bench.limits.procrastinate_queue import procrastinate


@contextmanager
def on_postgres() -> Generator[tuple[str, Mapping[str, int]]]:
    """A PostgreSQL with fsync."""
    with postgres() as cluster:
        yield cluster.server.create("makeline"), {"postgres": cluster.pid}


@contextmanager
def on_sqlite() -> Generator[tuple[str, Mapping[str, int]]]:
    """A file on a disk."""
    with disk_folder() as folder:
        yield f"sqlite:///{folder / 'makeline.sqlite'}", {}


def _rate(summary: Summary) -> bool:
    return summary.ours.rate >= 2000


def _once(summary: Summary) -> bool:
    return all(
        one.facts["done twice"] == 0
        for line in summary.lines
        if "done twice" in line.facts
        for one in line.rounds
    )


CASE = Case(
    id="B12",
    title="A job through the outbox: written, claimed, done, ticked off",
    unit="jobs",
    contenders=(
        outbox_contender("PostgreSQL, 2 workers", on_postgres, workers=2),
        outbox_contender("SQLite, 1 worker", on_sqlite, workers=1),
        procrastinate(),
        pgbench.order_function(),
        sqlite.order_transaction("FULL"),
    ),
    goals=(
        Goal("at least 2,000 jobs/s", _rate),
        Goal("none done twice", _once),
    ),
    seconds=2.0,
    note=(
        "Eight writers promise one job in a transaction each, as a sale does; workers claim up to 32 at once, skipping "
        "what others hold, and tick each off in a transaction of its own. Writers and workers share one process and "
        "one core; they have connections of their own. Written and done are both on disk. Rounds end when everything is "
        "done; p50 and p99 are from before it was written to when it is done. The limits are one transaction each, a "
        "job of ours is two and a share in a claim."
    ),
)
