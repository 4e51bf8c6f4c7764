"""One way to take in a file of 16 MiB as base64, in a process of its own: ``python -m bench.upload_jobs WAY SECONDS FOLDER``.

Answers a line of JSON: seconds of each time, CPU seconds of all, and how much memory it took at most besides the body.
"""

import asyncio
import base64
import hashlib
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

import pybase64
from starlette.requests import Request

from bench.uploading import SIZE, body_of
from makeline.adapters.object_store.storage import open_storage
from makeline.foundation.heap import share_one_heap
from makeline.foundation.spool import Spool
from makeline.parts.geometry.upload import read_upload

# What the server hands over at a time.
_CHUNK = 64 * 1024
_LARGEST = 64 * 1024 * 1024
_BODY = body_of(1)
Way = Callable[[Path], Awaitable[None]]


def request() -> Request:
    """The body as it comes from the socket."""
    at = 0

    async def receive() -> dict[str, object]:
        nonlocal at
        chunk = _BODY[at : at + _CHUNK]
        at += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": at < len(_BODY)}

    headers = [(b"content-length", b"%d" % len(_BODY)), (b"content-type", b"application/json")]
    return Request({"type": "http", "method": "POST", "path": "/files", "headers": headers}, receive)


@cache
def _spool(folder: Path) -> Spool:
    return Spool(folder / "spool")


async def ours(folder: Path) -> None:
    """What the product does before a file is measured: read, cut out, decode, tell its type, hash, store and flush."""
    arrival, data = await read_upload(request(), largest=_LARGEST, spool=_spool(folder))
    storage = open_storage(f"file://{folder}", endpoint="", region="", access_key="", secret_key="")
    await storage.put(f"part-{arrival.sha256}.stl", data, media_type="application/octet-stream")
    await storage.remove(f"part-{arrival.sha256}.stl")


async def plain(folder: Path) -> None:
    """The standard library: parse all of it, decode, store and flush; nothing is hashed or told."""
    raw = await request().body()
    _stored(folder, base64.b64decode(json.loads(raw)["file_data"], validate=True))


async def least(folder: Path) -> None:
    """What cannot be left out: decode, hash, store and flush; the text is there already."""
    start = _BODY.rindex(b'"', 0, -2) + 1
    data = pybase64.b64decode(memoryview(_BODY)[start:-2], validate=True)
    hashlib.sha256(data).hexdigest()
    _stored(folder, data)


def _stored(folder: Path, data: bytes) -> None:
    file = folder / "plain"
    with file.open("wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    file.unlink()


async def repeated(way: Way, seconds: float, folder: Path) -> dict[str, object]:
    """Again and again, for so long."""
    # The kernel counts the highest size anew from here on.
    Path("/proc/self/clear_refs").write_text("5")
    before = _kilobytes("VmRSS")
    await way(folder)
    waits, begin, cpu = list[float](), time.perf_counter(), time.process_time()
    while not waits or time.perf_counter() - begin < seconds:
        at = time.perf_counter()
        await way(folder)
        waits.append(time.perf_counter() - at)
    used = time.process_time() - cpu
    return {"waits": waits, "cpu": used, "peak": (_kilobytes("VmHWM") - before) * 1024 / SIZE}


def _kilobytes(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


if __name__ == "__main__":
    # As the server does.
    share_one_heap()
    named: dict[str, Way] = {"ours": ours, "plain": plain, "least": least}
    print(json.dumps(asyncio.run(repeated(named[sys.argv[1]], float(sys.argv[2]), Path(sys.argv[3])))))
