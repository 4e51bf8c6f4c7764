"""An S3 that keeps everything in memory and forgets it when it ends, unless it is told to keep it."""

import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.process import Process


@dataclass(frozen=True)
class Bucket:
    """All that a client needs to know."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str


@dataclass(frozen=True)
class S3Server:
    """A reachable server; it takes path-style addresses and plain http."""

    endpoint: str
    access_key: str = "test"
    secret_key: str = "test"
    region: str = "us-east-1"

    def create_bucket(self, name: str) -> Bucket:
        """Make an empty bucket."""
        request = urllib.request.Request(f"{self.endpoint}/{name}", method="PUT")
        with urllib.request.urlopen(request, timeout=10):
            return Bucket(self.endpoint, name, self.access_key, self.secret_key, self.region)


def start_s3(
    folder: Path, *, port: int | None = None, host: str = "127.0.0.1", keeps: bool = False
) -> tuple[Process, S3Server]:
    """Start a server that ends with this process; its log and its few files lie in ``folder``.

    ``keeps``: what it acknowledged is there again when it is started in the same folder, however it ended.
    """
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    process = Process.start(
        [sys.executable, "-m", "ministack"],
        log=folder / "s3.log",
        env={
            "GATEWAY_PORT": str(port),
            "BIND_HOST": host,
            "SERVICES": "s3",
            "S3_PERSIST": "1" if keeps else "0",
            "S3_DATA_DIR": str(folder / "kept"),
            "LOG_LEVEL": "WARNING",
            "SFTP_ENABLED": "0",
            "TMPDIR": str(folder),
        },
    )
    endpoint = f"http://{host}:{port}"
    process.wait_for_http(f"{endpoint}/_ministack/health")
    return process, S3Server(endpoint)
