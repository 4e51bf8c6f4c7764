"""The product as a contender: ``makeline run`` on a fresh database."""

import sys
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from pathlib import Path

from bench.disk import disk_folder, postgres
from bench.http import Served, program

_LAUNCHER = Path(sys.executable).with_name("makeline")


@contextmanager
def on_sqlite(
    *, env: Mapping[str, str] | None = None, ready: str = "/health", demo: bool = False
) -> Generator[Served]:
    """One process with its embedded database on a disk; CPU label ``server``."""
    with disk_folder() as folder, program(_argv(folder, demo=demo), env=env, ready=ready) as served:
        yield served


@contextmanager
def on_postgres(
    *, env: Mapping[str, str] | None = None, ready: str = "/health", demo: bool = False
) -> Generator[Served]:
    """One process and a PostgreSQL with fsync; CPU labels ``server`` and ``postgres``."""
    with disk_folder() as folder, postgres() as cluster:
        address = {"DATABASE_URL": cluster.server.dsn(), **(env or {})}
        others = {"postgres": cluster.pid}
        with program(_argv(folder, demo=demo), env=address, ready=ready, others=others) as served:
            yield served


def _argv(folder: Path, *, demo: bool) -> list[str]:
    argv = [str(_LAUNCHER), "run", "--port", "{port}", "--data-dir", str(folder)]
    return [*argv, "--demo"] if demo else argv
