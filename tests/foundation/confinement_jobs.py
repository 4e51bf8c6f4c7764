"""What code in a limited process would try once it belongs to somebody else; the answer says how each attempt ended."""

import ctypes
import os
import signal
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

Answer = tuple[dict[str, Any], list[bytes]]


def try_files_and_processes(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """``victim``: a file of the server, ``folder``: where it lies, ``server``: its process."""
    victim, folder, server = Path(header["victim"]), Path(header["folder"]), header["server"]
    attempts: Mapping[str, Callable[[], object]] = {
        "read a file": victim.read_bytes,
        "list a folder": lambda: list(folder.iterdir()),
        "read a secret of the server": Path(f"/proc/{server}/environ").read_bytes,
        "make a file": (folder / "new").touch,
        "empty a file": lambda: os.truncate(victim, 0),
        "open for writing": lambda: os.open(victim, os.O_WRONLY),
        "delete a file": victim.unlink,
        "rename a file": lambda: victim.rename(folder / "other"),
        "link a file": lambda: os.link(victim, folder / "link"),
        "make a folder": (folder / "inner").mkdir,
        "change who may read": lambda: victim.chmod(0o777),
        "end the server": lambda: os.kill(server, signal.SIGKILL),
        "fork": os.fork,
        "ask the kernel by a ring": lambda: _call(425, 8, ctypes.create_string_buffer(120)),
    }
    return {name: _tried(what) for name, what in attempts.items()}, []


def do_honest_work(header: dict[str, Any], blobs: list[bytes]) -> Answer:
    """What libraries do and must be able to: threads, memory files, modules that are read late, own figures."""
    ran: list[int] = []
    thread = threading.Thread(target=lambda: ran.append(1))
    thread.start()
    thread.join()
    place = os.memfd_create("work")
    late = __import__("colorsys").rgb_to_hls(1, 0, 0)
    status = Path("/proc/self/status").read_text("ascii", "replace")
    return {"thread": ran, "file": place > 0, "late": len(late), "status": "VmHWM" in status}, []


def _tried(what: Callable[[], object]) -> str:
    try:
        what()
    except OSError as error:
        return type(error).__name__
    return "succeeded"


def _call(number: int, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(number, *arguments) < 0:
        raise OSError(ctypes.get_errno(), "refused")
