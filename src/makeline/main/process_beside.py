"""A stand-in for somebody outside, as a process of its own beside the embedded server."""

import os
import subprocess
import sys
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from makeline.main.simulated_partner import die_with_parent, wait_until_open

_GOODBYE = 10


@contextmanager
def process_beside(
    module: str, arguments: Sequence[str], *, port: int, who: str, folder: Path, secrets: Mapping[str, str]
) -> Generator[None]:
    """It runs as long as the block does and keeps its things in ``folder``; ``secrets`` go by the environment."""
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", module, "--port", str(port), "--data", str(folder), *arguments]
    with (folder / "simulator.log").open("ab") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env=os.environ | secrets,
            # Runs before this process has any thread of its own.
            preexec_fn=die_with_parent,  # noqa: PLW1509
        )
    try:
        wait_until_open(port, process, who)
        yield
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=_GOODBYE)
            except subprocess.TimeoutExpired:
                process.kill()
