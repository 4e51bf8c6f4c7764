"""B7: a customer's 12-megapixel photograph becomes a print file and its proof."""

import asyncio
import hashlib
import json
import sys
from collections.abc import Generator
from contextlib import contextmanager
from decimal import Decimal
from importlib.resources import files
from time import perf_counter
from typing import Any

from bench.case import Case, Contender, Goal, Measure, Measurement, Role, Summary
from bench.latency import percentile_ms
from bench.run import run_case
from makeline.adapters.drawing.orders import compose_order
from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.layout import arrange
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import DesignPicture, DesignSpec
from makeline.foundation.limited_process import LimitedPool

PHOTO = (files("makeline.main") / "demo_photo" / "dandelion.jpg").read_bytes()
FONT = files("makeline.adapters.drawing") / "fonts" / "Pacifico.ttf"
OURS, PEER, TUNED, LIMIT = (
    "libvips in a confined process",
    "Pillow, default PNG level",
    "Pillow, fastest PNG level",
    "JPEG decode and fast PNG alone",
)


def order() -> tuple[dict[str, Any], list[bytes]]:
    """The demo photograph with a line of text on an iPhone 15 Pro: 1390 × 2905 pixels."""
    name = hashlib.sha256(PHOTO).hexdigest()
    island = CameraIsland(*map(Decimal, ("70.6", "146.6", "2.6", "2.6", "37.9", "38.9", "10")))
    spec = DesignSpec("classic", (DesignPicture(name),), "Make a wish", "pacifico", text_colour="#FFFFFF")
    shell = Shell(Decimal("69.43"), Decimal("145.12"))
    return compose_order(arrange(spec, Template("classic", "basic", 1), shell, island), {name: PHOTO})


def contender(role: Role, label: str, job: str, **more: object) -> Contender:
    """A job run again and again in a confined process of its own, with the product's pool and pipes."""

    @contextmanager
    def opened() -> Generator[Measure]:
        header, blobs = order()
        header |= more
        with asyncio.Runner() as runner:
            pool = VipsRenderer.lazy().pool
            runner.run(pool.run(job, header, *blobs))
            try:
                yield lambda seconds: runner.run(_repeated(pool, job, header, blobs, seconds))
            finally:
                runner.run(pool.close())

    return Contender(role, label, opened)


async def _repeated(
    pool: LimitedPool, job: str, header: dict[str, Any], blobs: list[bytes], seconds: float
) -> Measurement:
    waits: list[float] = []
    sizes: list[int] = []
    cpu = pool.usage.cpu_seconds
    begin = now = perf_counter()
    while now - begin < seconds or not waits:
        _, answer = await pool.run(job, header, *blobs)
        then, now = now, perf_counter()
        waits.append(now - then)
        sizes = [len(blob) for blob in answer]
    waits.sort()
    return Measurement(
        len(waits),
        now - begin,
        percentile_ms(waits, 50),
        percentile_ms(waits, 99),
        {"child": (pool.usage.cpu_seconds - cpu) * 1e6 / len(waits)},
        facts={"peak MB": pool.usage.peak_bytes / 1e6, "print MB": sizes[0] / 1e6},
    )


def _goal_cpu(summary: Summary) -> bool:
    return summary.ours.cpu_us["child"] <= 300_000


def _goal_memory(summary: Summary) -> bool:
    return summary.ours.facts["peak MB"] <= 120


def _goal_peer(summary: Summary) -> bool:
    return summary.ratio(PEER) >= 5


_PILLOW = "bench.compose_jobs:pillow"
CASE = Case(
    id="B7",
    title="Print and proof of a 12-megapixel photograph, 1390 × 2905 PNG with text",
    unit="prints",
    contenders=(
        contender(Role.OURS, OURS, "makeline.adapters.drawing.compose_job:compose"),
        contender(Role.PEER, PEER, _PILLOW, font_file=str(FONT), compress_level=None),
        contender(Role.PEER, TUNED, _PILLOW, font_file=str(FONT), compress_level=1),
        contender(Role.LIMIT, LIMIT, "bench.compose_jobs:decode_and_encode"),
    ),
    goals=(
        Goal("at most 300 ms CPU", _goal_cpu),
        Goal("peak memory of the process at most 120 MB", _goal_memory),
        Goal("at least 5 × Pillow", _goal_peer),
    ),
)


def measure(*, rounds: int = 3, seconds: float = 4.0) -> list[dict[str, Any]]:
    """One row per contender: median and range of the rate, CPU per print, peak memory."""
    summary = run_case(CASE, rounds=rounds, seconds=seconds)
    return [
        {
            "role": str(line.contender.role),
            "label": line.contender.label,
            "per_second": round(line.rate, 2),
            "range": [round(line.low, 2), round(line.high, 2)],
            "ours_is_times": round(summary.ratio(line), 2),
            "wall_ms": round(line.p50_ms, 1),
            "cpu_ms": round(line.cpu_us["child"] / 1000, 1),
            "peak_mb": round(line.facts["peak MB"], 1),
            "print_mb": round(line.facts["print MB"], 2),
        }
        for line in summary.lines
    ]


if __name__ == "__main__":
    json.dump(measure(), sys.stdout, indent=1)
