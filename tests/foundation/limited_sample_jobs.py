"""Jobs that behave and misbehave, run by limited processes in the tests."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from makeline.foundation.limited_jobs import JobRefused, report

Answer = tuple[dict[str, Any], list[bytes]]


def turn_round(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """The header as it came and every blob backwards."""
    print("a library that chats on the standard output")
    return header, [blob[::-1] for blob in blobs]


def own_id(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Which process this is, and how readily it leaves the processor to others."""
    return {"pid": os.getpid(), "nice": os.nice(0)}, []


def tell(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Report so many steps."""
    for step in range(header["steps"]):
        report("step", step / header["steps"], {"so far": step})
    return {"told": "nothing of this is a report"}, []


def sleep(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Do nothing for longer than anyone waits."""
    time.sleep(header["seconds"])
    return {}, []


def spin(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Burn CPU for ever."""
    while True:
        pass


def allocate(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Take memory."""
    return {"held": len(bytearray(header["megabytes"] * 1024 * 1024))}, []


def vanish(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """End the process as a crash would."""
    sys.stderr.write("about to fall\n")
    sys.stderr.flush()
    os._exit(7)


def refuse(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Say no."""
    raise JobRefused("NOT_THIS", "this will not do")


def fail(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """Raise something nobody foresaw."""
    raise LookupError("nothing here")


def answer_too_much(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """More bytes than the master takes."""
    return {}, [bytes(header["size"])]


def try_everything(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """What a hostile file's code would try once it runs: the answer says how each attempt ended."""

    def attempt(what: Any) -> str:
        try:
            what()
        except (OSError, subprocess.SubprocessError) as error:
            return type(error).__name__
        return "succeeded"

    return {
        "socket": attempt(lambda: socket.create_connection(("127.0.0.1", header["port"]), timeout=1)),
        "program": attempt(lambda: subprocess.run(["/bin/true"], check=True)),
        "file": attempt(lambda: Path(header["path"]).write_bytes(b"x" * 10)),
        "secret": os.environ.get("A_SECRET_OF_THE_SERVER", "unknown"),
    }, []
