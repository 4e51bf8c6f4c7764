"""Starts a server, waits until its last user is gone, removes it: ``python -m tests.servers.keeper KIND FOLDER RUN``."""

import contextlib
import fcntl
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.servers.postgres import Durability, Postgres, database_prefix, start_cluster
from tests.servers.s3 import start_s3


@contextmanager
def _postgres(folder: Path, _run: str) -> Generator[dict[str, Any]]:
    with start_cluster(folder, durability=Durability.SCRATCH) as cluster:
        yield asdict(cluster.server)


@contextmanager
def _given_postgres(_folder: Path, run: str) -> Generator[dict[str, Any]]:
    server = Postgres(os.environ["MAKELINE_TEST_POSTGRES"])
    yield asdict(server)
    server.drop_all(database_prefix(run))


@contextmanager
def _s3(folder: Path, _run: str) -> Generator[dict[str, Any]]:
    process, server = start_s3(folder)
    with process:
        yield asdict(server)


KINDS: dict[str, Callable[[Path, str], contextlib.AbstractContextManager[dict[str, Any]]]] = {
    "postgres": _postgres,
    "given_postgres": _given_postgres,
    "s3": _s3,
}


def keep(kind: str, folder: Path, run: str) -> None:
    """Run the server until nobody holds ``KIND.users`` in ``folder`` any more."""
    # Not below ``folder``: that one is closed to the user which PostgreSQL runs as.
    own = Path(tempfile.mkdtemp(prefix=f"makeline-{kind}-"))
    names = {ending: folder / f"{kind}.{ending}" for ending in ("users", "mutex", "json", "log")}
    try:
        with KINDS[kind](own, run) as description, names["users"].open("rb+") as users:
            draft = folder / f"{kind}.draft"
            draft.write_text(json.dumps(description))
            draft.rename(names["json"])
            fcntl.flock(users, fcntl.LOCK_EX)
            # Whoever comes now waits for our lock, finds the file gone and starts anew.
            for name in names.values():
                name.unlink(missing_ok=True)
        with contextlib.suppress(OSError):  # the keeper of another server may still use it
            folder.rmdir()
    finally:
        shutil.rmtree(own, ignore_errors=True)


if __name__ == "__main__":
    keep(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
