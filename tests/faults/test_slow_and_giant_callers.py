"""R23: slow heads, idle lines, giant bodies, deep JSON and a thousand ranges, while others go on asking."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bench.client import Connection, request
from bench.http import ROOT
from bench.latency import percentile_ms
from tests.adapters.drawing.sample_pictures import photo, written
from tests.faults.conftest import Figures
from tests.faults.customers import Line
from tests.faults.floor import WIDE
from tests.faults.shop import Shop

MIB = 1024 * 1024
MOST_GROWTH = 200 * MIB
MOST_RATIO = 3.0
NORMAL = (request("GET", "/api/chinese/models/stock-status"), request("GET", "/materials"))
# Asked ten times a second, over so many lines.
_LINES, _PAUSE = 4, 0.1


class HurriedShop(Shop):
    """Less patient than usual, so that a test need not be more patient."""

    seconds = 2

    def _env(self, *, worker: str, port: str) -> dict[str, str]:
        patience = {"HEAD_SECONDS": str(self.seconds), "IDLE_SECONDS": str(4 * self.seconds)}
        # Whoever asks normally is not the one to be limited.
        return {**super()._env(worker=worker, port=port), **patience, "LIMIT_GUEST": "1000000"}


@pytest.fixture
async def shop(
    shop_urls: Callable[[str], str], tmp_path: Path, rounds: Callable[[int, int], int]
) -> AsyncIterator[HurriedShop]:
    shop = HurriedShop(shop_urls("sqlite"), tmp_path)
    shop.seconds = rounds(1, 10)
    try:
        await shop.furnish()
        shop.start_server(worker="apart")
        await asyncio.to_thread(shop.wait)
        yield shop
    finally:
        shop.close()


class Beside:
    """Others who ask all the while; milliseconds of their answers."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def during(self, works: Awaitable[object] | None = None, *, seconds: float = 0.0) -> list[float]:
        """Sorted seconds of every answer while this goes on; every one is a good one."""
        waits: list[float] = []
        asking = [asyncio.create_task(self._ask(number, waits)) for number in range(_LINES)]
        began = time.monotonic()
        if works is not None:
            await works
        await asyncio.sleep(max(0.0, seconds - (time.monotonic() - began)))
        for task in asking:
            task.cancel()
        ended = await asyncio.gather(*asking, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended
        return sorted(waits)

    async def _ask(self, number: int, waits: list[float]) -> None:
        _, line = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", self._port)
        try:
            for turn in range(number, 10**9):
                began = time.monotonic()
                await line.expect(NORMAL[turn % 2])
                waits.append(time.monotonic() - began)
                await asyncio.sleep(_PAUSE)
        finally:
            line.close()


@pytest.mark.timeout(1800)
async def test_whoever_is_slow_or_giant_is_refused_and_nobody_else_notices(
    shop: HurriedShop, rounds: Callable[[int, int], int], figures: Figures
):
    port, pid = shop.ports[0], shop.running["server-0"].pid
    picture = await _picture(port)
    attacks: dict[str, Awaitable[None]] = {
        "slow heads": _come("slow_head", port, rounds(20, 1000), shop.seconds),
        "idle lines": _come("idle_line", port, rounds(100, 5000), shop.seconds),
        "bodies of 100 MB": _come("giant_body", port, rounds(2, 8), 100 * 10**6),
        "JSON 10,000 deep": _come("deep_json", port, rounds(5, 200), 10_000),
        "1,000 ranges": _come("many_ranges", port, rounds(5, 200), picture),
    }
    beside, least = Beside(port), rounds(1, 30)
    before = await beside.during(seconds=least)
    ratios = {}
    _forget_peak(pid)
    memory = _peak(pid)
    for name, attack in attacks.items():
        during = await beside.during(attack, seconds=least)
        ratios[name] = percentile_ms(during, 99) / percentile_ms(before, 99)
    growth = _peak(pid) - memory
    after = await beside.during(seconds=least)
    assert growth < MOST_GROWTH
    told = ", ".join(f"{name} × {ratio:.1f}" for name, ratio in ratios.items())
    half, most = statistics.median(before) * 1000, percentile_ms(before, 99)
    figures(
        f"R23: p99 of normal callers ({half:.1f} ms at half, {most:.1f} ms p99 alone) beside {told}; "
        f"afterwards × {percentile_ms(after, 99) / most:.1f}; the server grew by {growth // MIB} MiB; each of them got a 4xx, a closed line, or one whole picture for its ranges"
    )
    if rounds(0, 1):
        assert max(ratios.values()) <= MOST_RATIO, ratios


async def _come(manner: str, port: int, number: int, more: object) -> None:
    """So many rude callers at once, in a process of their own: what they do is not to hold up who measures."""
    argv = [sys.executable, "-m", "tests.faults.rude_callers", manner, str(port), str(number), str(more)]
    process = await asyncio.create_subprocess_exec(*argv, stderr=asyncio.subprocess.PIPE, cwd=ROOT)
    _, words = await process.communicate()
    assert process.returncode == 0, words.decode()[-2000:]


async def _picture(port: int) -> str:
    """The path of a picture with its link."""
    line = Line(port)
    _, opened = await line.call("POST", "/api/vending/create-session", {"machine_id": WIDE})
    at = f"/api/vending/session/{opened['session_id']}/images"
    status, told = await line.call("POST", at, raw=written(photo((300, 600)), "PNG"))
    assert status == 200, json.dumps(told)
    line.hang_up()
    return "/" + str(told["url"]).split("/", 3)[3]


def _forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5", "ascii")


def _peak(pid: int) -> int:
    text = Path(f"/proc/{pid}/status").read_text("ascii")
    return next(int(row.split()[1]) * 1024 for row in text.splitlines() if row.startswith("VmHWM"))
