"""Where benchmarks keep their data: on a disk, never in memory, and where PostgreSQL's user can go."""

import shutil
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.postgres import Cluster, Durability, start_cluster


@contextmanager
def disk_folder() -> Generator[Path]:
    """A folder that is gone afterwards; /var/tmp is the place that survives a restart, hence no tmpfs."""
    folder = Path(tempfile.mkdtemp(prefix="makeline-bench-", dir="/var/tmp"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def postgres(**settings: str) -> Generator[Cluster]:
    """A PostgreSQL with fsync and production settings; ``settings`` are lines of postgresql.conf."""
    with (
        disk_folder() as folder,
        start_cluster(folder, durability=Durability.PRODUCTION, settings=settings) as cluster,
    ):
        yield cluster
