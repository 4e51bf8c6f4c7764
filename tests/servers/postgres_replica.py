"""A second PostgreSQL that repeats what one of ours writes."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.servers.ports import free_port
from tests.servers.postgres import Cluster, given_to_its_user
from tests.servers.postgres_programs import binaries, server_uid

# What the first server needs beside the settings of tests, which keep no log for others.
FOLLOWED: Mapping[str, str] = {"wal_level": "replica", "max_wal_senders": "4"}


def follow(first: Cluster, folder: Path, *, settings: Mapping[str, str] | None = None) -> Cluster:
    """Copy a running ``first`` server into ``folder`` and start the copy; it accepts questions when this returns."""
    given_to_its_user(folder)
    uid = server_uid()
    identity: dict[str, Any] = {} if uid is None else {"user": uid, "group": uid, "extra_groups": []}
    copy = [binaries() / "pg_basebackup", "--pgdata", folder / "data", "--dbname", first.server.dsn()]
    copy += ["--write-recovery-conf", "--checkpoint=fast", "--wal-method=stream", "--no-sync"]
    done = subprocess.run(copy, capture_output=True, text=True, cwd=folder, check=False, **identity)
    if done.returncode:
        raise RuntimeError(f"pg_basebackup failed: {done.stdout}{done.stderr}")
    port = free_port()
    own = {"port": str(port), "unix_socket_directories": str(folder / "run"), **(settings or {})}
    replica = Cluster(folder, port, {**first.settings, **own})
    replica.start()
    return replica
