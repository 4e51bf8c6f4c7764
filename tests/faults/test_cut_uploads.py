"""R17: customers go away in the middle of sending, and many send large files at once: nothing of it stays."""

import asyncio
import base64
import json
import os
import re
import socket
import struct
from collections import Counter
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from makeline.foundation.statements import Query
from makeline.parts.geometry.models import PartFile, part_files
from makeline.parts.geometry.states import PartFileState
from tests.faults.conftest import Figures
from tests.faults.shop import Shop, until
from tests.members import PASSWORD, registration

KIB, MIB = 1024, 1024 * 1024
STEP = 64 * KIB
AT_ONCE = 8
WAYS = ("base64", "form", "straight to the storage")
# What one body takes: its text and its bytes, and again a third of them on the way between; straight to the storage
# a few pieces.
FILES_IN_MEMORY = 3

_DELETED = Query(select(part_files).where(part_files.c.state == PartFileState.DELETED), PartFile)


def stl(size: int, seed: int) -> bytes:
    """Bytes that look like an STL and are long in coming: nothing in it has an area."""
    count = (size - 84) // 50
    return struct.pack("<80sI", b"%d" % seed, count) + bytes(50 * count)


class Sender:
    """Knows how each way of sending looks on the wire."""

    def __init__(self, http: httpx2.AsyncClient, port: int) -> None:
        self._http = http
        self._port = port
        self._address = ""

    async def request(self, way: str, data: bytes) -> tuple[bytes, bytes]:
        """Head and body."""
        if way == "base64":
            body = json.dumps({"file_name": "a.stl", "file_data": base64.b64encode(data).decode()}).encode()
            return self._head("POST /files", "application/json", body), body
        if way == "form":
            start = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.stl"\r\n\r\n'
            body = start + data + b"\r\n--x--\r\n"
            return self._head("POST /files", "multipart/form-data; boundary=x", body), body
        if not self._address:
            self._address = (await self.announce(data))["url"].partition(f":{self._port}")[2]
        return self._head(f"PUT {self._address}", "application/octet-stream", data), data

    async def announce(self, data: bytes) -> dict[str, Any]:
        answer = await self._http.post("/v1/uploads", json={"file_name": "a.stl", "file_size": len(data)})
        assert answer.status_code == 200, answer.text
        return answer.json()

    def _head(self, what: str, media_type: str, body: bytes) -> bytes:
        return (
            f"{what} HTTP/1.1\r\nhost: 127.0.0.1:{self._port}\r\ncontent-type: {media_type}\r\n"
            f"authorization: {self._http.headers['authorization']}\r\ncontent-length: {len(body)}\r\n\r\n"
        ).encode()

    def cut(self, head: bytes, body: bytes, at: int) -> None:
        """Send so much of the body and go away, half of the times without a word."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=30) as line:
            line.sendall(head + body[:at])
            if at // STEP % 2:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Server:
    """What can be seen of it from outside."""

    def __init__(self, shop: Shop) -> None:
        self.pid = shop.running["server-0"].pid
        self._files = shop.folder / "data" / "files"

    def left(self) -> set[str]:
        """Temporary files that are open, and whatever lies in the storage besides its probe."""
        found = {str(path.name) for path in self._files.rglob("*") if path.is_file()} - {"probe.txt"}
        for entry in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                target = str(entry.readlink())
            except FileNotFoundError:
                continue
            if target.endswith("(deleted)") and "/tmp" in target:
                found.add(target)
        return found

    def memory(self, name: str) -> int:
        """``VmRSS`` or ``VmHWM`` in bytes; the highest is counted anew by ``forget_peak``."""
        found = re.search(rf"{name}:\s+(\d+)", Path(f"/proc/{self.pid}/status").read_text())
        assert found
        return int(found[1]) * 1024

    def forget_peak(self) -> None:
        Path(f"/proc/{self.pid}/clear_refs").write_text("5")


@pytest.mark.timeout(1800)
async def test_a_sender_who_is_cut_off_anywhere_leaves_nothing_and_many_large_bodies_stay_within_the_memory(
    shop_urls: Callable[[str], str], tmp_path: Path, rounds: Callable[[int, int], int], figures: Figures
):
    shop = Shop(shop_urls("sqlite"), tmp_path)
    shop.start_server()
    try:
        shop.wait()
        server = Server(shop)
        async with httpx2.AsyncClient(base_url=shop.address(0), timeout=120) as http:
            http.headers["authorization"] = await _token(http)
            sender = Sender(http, shop.ports[0])
            cuts = 0
            for way in WAYS:
                head, body = await sender.request(way, stl(rounds(768 * KIB, 11 * MIB), 0))
                for at in range(0, len(body), STEP):
                    await asyncio.to_thread(sender.cut, head, body, at)
                    cuts += 1
            await until(_nothing(server), patience=10, what="nothing is left of what was cut off")
            assert (await http.get("/files")).json() == []
            size = rounds(8, 64) * MIB
            # The hungriest last: what a process once took it may keep.
            grown = {way: await _at_once(http, server, sender, way, size) for way in reversed(WAYS)}
            # What was refused goes with the grace time that bytes have; no other bytes are left, and no temporary file.
            going = await shop.ask(lambda unit: {file.stored_as for file in unit.all(_DELETED)})
            await until(_nothing(server, besides=going), patience=10, what="only what is going is left")
            assert (await http.get("/ready")).status_code == 200
    finally:
        shop.close()
    for way, growth in grown.items():
        files = 1 if way == WAYS[2] else FILES_IN_MEMORY
        assert growth <= AT_ONCE * files * size // (4 if way == WAYS[2] else 1) + 32 * MIB, (way, growth)
    told = ", ".join(f"{growth // MIB} MiB {way}" for way, growth in grown.items())
    figures(
        f"R17: {cuts} uploads cut off, every 64 KiB: 0 files, 0 bytes left; {AT_ONCE} bodies of {size // MIB} MiB at once: "
        f"the server grew by {told}"
    )


async def _at_once(http: httpx2.AsyncClient, server: Server, sender: Sender, way: str, size: int) -> int:
    """How much the server grows at most while so many bodies come; what it was answered is a refusal or a success."""
    calls = []
    server.forget_peak()
    before = server.memory("VmRSS")
    for number in range(AT_ONCE):
        data = stl(size, number)
        if way == WAYS[2]:
            upload = await sender.announce(data)
            calls.append(http.put(upload["url"], content=data))
        else:
            head, body = await sender.request(way, data)
            media_type = re.search(rb"content-type: ([^\r]+)", head)
            assert media_type
            headers = {"content-type": media_type[1].decode()}
            calls.append(http.post("/files", content=body, headers=headers))
    statuses = Counter(answer.status_code for answer in await asyncio.gather(*calls))
    assert statuses.keys() <= ({200} if way == WAYS[2] else {422, 503}), statuses
    peak = server.memory("VmHWM") - before
    await _forget_announced(server)
    return peak


async def _forget_announced(server: Server) -> None:
    """What was sent to the storage stays there until it is confirmed or swept; here nobody does either."""
    for path in [path for path in server._files.rglob("incoming-*") if path.is_file()]:
        await asyncio.to_thread(os.unlink, path)


def _nothing(server: Server, besides: Collection[str] = ()) -> Callable[[], Any]:
    async def left() -> bool:
        return await asyncio.to_thread(server.left) <= {*besides}

    return left


async def _token(http: httpx2.AsyncClient) -> str:
    assert (await http.post("/register", json=registration("anna"))).status_code == 200
    answer = await http.post("/login", json={"username": "anna", "password": PASSWORD})
    return f"Bearer {answer.json()['access_token']}"
