"""An S3 that keeps everything in memory and forgets it when it ends."""

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


def start_s3(folder: Path, *, port: int | None = None) -> tuple[Process, S3Server]:
    """Start a server that ends with this process; its log and its few files lie in ``folder``."""
    port = port or free_port()
    folder.mkdir(parents=True, exist_ok=True)
    process = Process.start(
        [sys.executable, "-m", "ministack"],
        log=folder / "s3.log",
        env={
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "SERVICES": "s3",
            "S3_PERSIST": "0",
            "LOG_LEVEL": "WARNING",
            "SFTP_ENABLED": "0",
            "TMPDIR": str(folder),
        },
    )
    endpoint = f"http://127.0.0.1:{port}"
    process.wait_for_http(f"{endpoint}/_ministack/health")
    return process, S3Server(endpoint)
