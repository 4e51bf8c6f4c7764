"""The simulated portal of sales people beside the embedded default: a process of its own, on a socket of its own."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import listed
from makeline.main.simulated_partner import die_with_parent, wait_until_open

_GOODBYE = 10


@contextmanager
def simulated_portal(settings: Settings) -> Generator[None]:
    """It runs as long as the block does; nothing is started where a real portal is set, or none is wanted."""
    if not settings.simulates_crm:
        yield
        return
    folder = settings.place.data_dir / "portal"
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        *(sys.executable, "-m", "makeline.adapters.bitrix24.simulator"),
        *("--port", str(settings.crm_simulator_port)),
        *("--notify", f"{settings.own_url}/bitrix/webhook"),
        *("--data", str(folder)),
    ]
    tokens = listed(settings.crm.crm_application_tokens.get_secret_value())
    with (folder / "simulator.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env=os.environ | {"SIMULATED_CRM_TOKEN": tokens[0] if tokens else ""},
            # Runs before this process has any thread of its own.
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )
    try:
        wait_until_open(settings.crm_simulator_port, process, "CRM")
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=_GOODBYE)
            except subprocess.TimeoutExpired:
                process.kill()
