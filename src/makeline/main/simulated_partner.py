"""The simulated print partner beside the embedded default: a process of its own, on a socket of its own."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import uvloop
from rich.console import Console

from makeline.cases.machines.access import KEYS
from makeline.cases.machines.keys import hash_of_key, issue_key
from makeline.cases.machines.partners import demo_partner
from makeline.cases.machines.scopes import Scope
from makeline.foundation.settings import Settings
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.wiring import build_house

_START_SECONDS = 20
_PARENT_DEATH_SIGNAL = 1
_NOTICES = frozenset({Scope.PAY, Scope.PRINT})


@contextmanager
def simulated_partner(settings: Settings, console: Console) -> Generator[None]:
    """The simulator runs as long as the block does; nothing is started where a real partner is set."""
    if not settings.simulates_partner:
        yield
        return
    folder = settings.place.data_dir / "partner"
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "makeline.adapters.print_partner.simulator"),
        *("--port", str(settings.simulator_port)),
        *("--notify", settings.own_url),
        *("--data", str(folder)),
        *("--profile", settings.partner.partner_simulator_profile),
    ]
    key = _notice_key(settings, folder / "notice.key")
    with (folder / "simulator.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"SIMULATED_PARTNER_NOTICE_KEY": key},
            # Runs before this process has any thread of its own.
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )
    try:
        wait_until_open(settings.simulator_port, process, "print partner")
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                console.print("the simulated partner did not stop in time")
                process.kill()


def die_with_parent() -> None:
    """For a process beside us, before it begins."""
    # A server that is killed must not leave its partner behind, holding port and ledger.
    ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    os.setpgrp()


def wait_until_open(port: int, process: subprocess.Popen[bytes], who: str) -> None:
    """Until it answers; ends the command when it does not."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(
                f"the simulated {who} did not start (port {port}); see its simulator.log in DATA_DIR"
            )
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1):
                return
        except (URLError, OSError):
            time.sleep(0.05)
    raise SystemExit(f"the simulated {who} does not answer on port {port}")


def _notice_key(settings: Settings, kept: Path) -> str:
    """The key with which the simulator tells us of payments and prints, as a real partner shows one of his.

    Made at the first start and kept beside its ledger, readable by its owner alone; a revoked one is replaced.
    """

    async def found_or_made() -> str:
        house = await build_house(settings)
        try:
            return await house.database.begin(lambda unit: _good_key(unit, known), actor="seed")
        finally:
            await house.close()

    known = kept.read_text() if kept.exists() else ""
    key = uvloop.run(found_or_made())
    if key != known:
        kept.touch(mode=0o600)
        kept.write_text(key)
    return key


def _good_key(unit: UnitOfWork, known: str) -> str:
    partner_id = demo_partner(unit)
    if partner_id is None:
        # A shop of its own has no demo partner; the simulator is then known by its address or not at all.
        return ""
    good = {key.secret_hash for key in unit.all(KEYS) if key.partner_id == partner_id and not key.revoked_at}
    if known and hash_of_key(known) in good:
        return known
    return issue_key(unit, partner_id, scopes=_NOTICES).text
