"""The load generator wrk for single requests; our own client stands in where it is missing."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from bench.client import Connection, Driven, Flow, drive, request

_REPORT = """
function done(summary, latency, requests)
  local failed = summary.errors
  io.write(string.format("RESULT %d %d %d %d %d\\n", summary.requests, summary.duration,
    latency:percentile(50), latency:percentile(99),
    failed.connect + failed.read + failed.write + failed.status + failed.timeout))
end
"""


@dataclass(frozen=True)
class Load:
    """Requests that differ in nothing but path and body, each taken in turn."""

    paths: Sequence[str]
    method: str = "GET"
    bodies: Sequence[bytes] = (b"",)
    headers: Mapping[str, str] = field(default_factory=dict)
    connections: int = 8

    def pairs(self) -> list[tuple[str, bytes]]:
        """Path and body of every request."""
        longest = max(len(self.paths), len(self.bodies))
        return list(islice(zip(cycle(self.paths), cycle(self.bodies), strict=False), longest))


def run(load: Load, *, port: int, seconds: float) -> Driven:
    """Send ``load`` for ``seconds``; answers from 400 up are errors."""
    if shutil.which("wrk") is None:
        return drive(as_flow(load), port=port, seconds=seconds, connections=load.connections)
    # wrk counts whole seconds.
    whole = max(1, round(seconds))
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "load.lua"
        script.write_text(_script(load))
        command = [
            "wrk",
            "-t1",
            f"-c{load.connections}",
            f"-d{whole}s",
            "-s",
            str(script),
            f"http://127.0.0.1:{port}",
        ]
        output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    words = output.rpartition("RESULT ")[2].split()
    operations, duration, p50, p99, errors = (int(word) for word in words[:5])
    return Driven(
        operations - errors, errors, duration / 1e6, p50 / 1000, p99 / 1000, output if errors else ""
    )


def as_flow(load: Load) -> Flow:
    """The same load for our own client."""
    requests = [request(load.method, path, body=body, headers=load.headers) for path, body in load.pairs()]

    async def flow(connection: Connection, number: int, turn: int) -> None:
        answer = await connection.send(requests[(number + turn) % len(requests)])
        if answer.status >= 400:
            raise ConnectionError(f"{answer.status}: {answer.body[:300]!r}")

    return flow


def _script(load: Load) -> str:
    headers = {"content-type": "application/json", **load.headers} if any(load.bodies) else dict(load.headers)
    lines = [f"wrk.method = {_lua(load.method)}"]
    lines += [f"wrk.headers[{_lua(name)}] = {_lua(value)}" for name, value in headers.items()]
    made = "\n".join(
        f"  requests[{place}] = wrk.format(nil, {_lua(path)}, nil, {_lua(body.decode('latin-1'))})"
        for place, (path, body) in enumerate(load.pairs(), start=1)
    )
    lines += [
        "local requests, turn = {}, 0",
        f"function init(args)\n{made}\nend",
        "function request() turn = turn + 1; return requests[(turn - 1) % #requests + 1] end",
    ]
    return "\n".join(lines) + _REPORT


def _lua(text: str) -> str:
    escaped = "".join(
        f"\\{ord(sign):03d}" if sign in '"\\' or not 32 <= ord(sign) < 127 else sign for sign in text
    )
    return f'"{escaped}"'
