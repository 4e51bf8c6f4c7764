"""The whole product as processes that can be killed: web servers, workers and the simulated partner beside them."""

import asyncio
import json
import sqlite3
import sys
import time
import urllib.request
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from makeline.adapters.print_partner.simulator.ledger import LEDGER_FILE
from makeline.foundation.database import Database, open_database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.subscriptions import PROMISES
from tests.faults.floor import DEVICE, load, put_up
from tests.servers.ports import free_port
from tests.servers.process import Process

_LAUNCHER = Path(sys.executable).with_name("makeline")
_PLENTY = 100_000
# Seconds; many servers starting beside other work on two cores.
_PATIENCE = 180.0


@dataclass
class Shop:
    """One shop on one database. ``ports`` are those of its web servers; whoever opens it closes it."""

    url: str
    folder: Path
    partner_port: int = field(default_factory=free_port)
    ports: list[int] = field(default_factory=lambda: [free_port()])
    # Where our processes reach the partner; a test may stand between.
    partner_door: int | None = None
    # Words before the command of a web server: a program that watches it, or lies to it.
    under: Sequence[str | Path] = ()
    running: dict[str, Process] = field(default_factory=dict)
    partner_host: str = "127.0.0.1"
    # What else our processes, and his, are told.
    env: dict[str, str] = field(default_factory=dict)
    partner_env: dict[str, str] = field(default_factory=dict)

    @property
    def engine(self) -> str:
        return self.url.split(":")[0]

    @property
    def ledger_path(self) -> Path:
        return self.folder / "partner" / LEDGER_FILE

    async def furnish(self, *, room: int = _PLENTY, blanks: int = _PLENTY) -> None:
        """Put up the wide machine; nothing of ours may run yet."""
        database = await self.database()
        await database.begin(lambda unit: put_up(unit, room=room), actor="test")
        await database.begin(lambda unit: load(unit, blanks=blanks), actor="test")
        await database.close()

    async def database(self) -> Database:
        """Our own look into the database, beside the product's."""
        return await open_database(self.url, promises=PROMISES, connections=4)

    async def ask(self, work: Callable[[UnitOfWork], Any]) -> Any:
        """One question to the database."""
        database = await self.database()
        try:
            return await database.begin(work, actor="test")
        finally:
            await database.close()

    def start_partner(self, **switches: Any) -> None:
        """Start the simulated partner; he is never killed here."""
        argv: list[str | Path] = [sys.executable, "-m", "makeline.adapters.print_partner.simulator"]
        argv += [
            "--host",
            self.partner_host,
            "--port",
            str(self.partner_port),
            "--data",
            str(self.folder / "partner"),
        ]
        argv += ["--notify", self.address(0), "--profile", "none", "--device", DEVICE]
        argv += ["--switches", json.dumps({"pictures": "any", "notice_form": "object", **switches})]
        log = self.folder / "partner.log"
        self.running["partner"] = Process.fork(argv, log=log, env=self.partner_env)

    def fill_partner(self, shell: str) -> None:
        """Blanks enough at the partner's own count."""
        self.control({"stock": {"device": DEVICE, "shell": shell, "blanks": _PLENTY}})

    def control(self, wishes: Mapping[str, Any]) -> None:
        """Turn the simulator's switches."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.partner_port}/control",
            data=json.dumps(wishes).encode(),
            headers={"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=5):
            pass

    def address(self, number: int) -> str:
        """Base address of one web server."""
        return f"http://127.0.0.1:{self.ports[number]}"

    def start_server(
        self, number: int = 0, *, worker: str = "inside", more: Mapping[str, str] | None = None
    ) -> None:
        """Start a web server; ``more`` is added to its environment."""
        port = str(self.ports[number])
        argv = [*self.under, _LAUNCHER, "serve", "--port", port, "--data-dir", self.folder / "data"]
        env = {**self._env(worker=worker, port=port), **(more or {})}
        log = self.folder / f"server-{number}.log"
        self.running[f"server-{number}"] = Process.fork(argv, log=log, env=env)

    def wait(self) -> None:
        """Until everybody who was started answers; starting together takes no longer than starting one."""
        for name, process in self.running.items():
            if name == "partner":
                process.wait_for_http(f"http://127.0.0.1:{self.partner_port}/health", patience=_PATIENCE)
            elif name.startswith("server-"):
                address = self.address(int(name.removeprefix("server-")))
                process.wait_for_http(f"{address}/ready", patience=_PATIENCE)

    def restart_server(self) -> float:
        """Start the killed web server again; returns after how many seconds it was ready."""
        began = time.monotonic()
        self.start_server()
        self.wait()
        return time.monotonic() - began

    def start_worker(self) -> None:
        """Start a worker of its own; it answers nobody, so nobody waits for it."""
        argv = [_LAUNCHER, "work", "--data-dir", self.folder / "data"]
        env = self._env(worker="apart", port=str(self.ports[0]))
        self.running["worker"] = Process.fork(argv, log=self.folder / "worker.log", env=env)

    def kill(self, name: str) -> None:
        """SIGKILL, no goodbye."""
        self.running.pop(name).kill()

    def close(self) -> None:
        """Stop everything."""
        for process in self.running.values():
            process.kill()
        self.running.clear()

    def ledger(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the partner's own ledger."""
        connection = sqlite3.connect(f"file:{self.ledger_path}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def _env(self, *, worker: str, port: str) -> dict[str, str]:
        return {
            "DATABASE_URL": self.url,
            "DATABASE_CONNECTIONS": "12",
            "WORKER": worker,
            "PORT": port,
            "PARTNER_SIMULATOR_PORT": str(self.partner_door or self.partner_port),
            "PARTNER_CALLS_PER_SECOND": "1000",
            "PARTNER_PAUSE_SECONDS": "0",
            # A killed worker's promises are taken over soon.
            "DELIVERY_LEASE_SECONDS": "1",
            "LOG_LEVEL": "warning",
            # Load passes the limiter; only its figures are raised.
            **dict.fromkeys(("LIMIT_PARTNER", "LIMIT_SESSION"), "1000000"),
            **self.env,
        }


@asynccontextmanager
async def side_by_side(
    url: str, folder: Path, *, room: int = _PLENTY, blanks: int = _PLENTY
) -> AsyncGenerator[Shop]:
    """A shop with two web servers on PostgreSQL, with one on a file; nobody keeps promises, and there is no partner."""
    servers = 2 if url.startswith("postgresql") else 1
    shop = Shop(url, folder, ports=[free_port() for _ in range(servers)])
    try:
        await shop.furnish(room=room, blanks=blanks)
        for number in range(servers):
            shop.start_server(number, worker="apart")
        shop.wait()
        yield shop
    finally:
        shop.close()


async def until(enough: Callable[[], Any], *, patience: float, what: str) -> None:
    """Poll an async question until it is true; AssertionError naming ``what`` when time is up."""
    deadline = time.monotonic() + patience
    while not await enough():
        assert time.monotonic() < deadline, f"not within {patience:g} s: {what}"
        await asyncio.sleep(0.05)
