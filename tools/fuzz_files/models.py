"""STEP files, spoilt and read as customers' files are: in the limited process. Its kernel is not ours and may end it."""

import asyncio
import time
from collections import Counter

from makeline.adapters.cad.reader import CadReader
from makeline.parts.geometry.facts import UnusableFile
from tests.adapters.cad.hostile import good_files, spoilt
from tests.adapters.cad.step.models import block, cut, ring, rod, step
from tools.fuzz_files.report import Report

_PICTURE_SIDE = 32
_ENDED = ("crashed_the_reader", "took_too_long", "took_too_much_memory")


def fuzz_models(seconds: int) -> Report:
    """Spoil and read for so long. A finding is whatever reaches us but a measured part or a refusal with its reason."""
    return asyncio.run(_fuzz(seconds))


async def _fuzz(seconds: int) -> Report:
    reader = CadReader.lazy(picture_side=_PICTURE_SIDE)
    sound = [
        good_files()["f.step"],
        step(cut(block(60, 40, 20), rod(4, 22, at=(10, 10, -1)))),
        step(ring(20, 5)),
    ]
    began, outcomes, findings = time.monotonic(), Counter[str](), list[str]()
    while time.monotonic() - began < seconds:
        number = outcomes.total()
        data = spoilt("f.step", sound[number % len(sound)], number)
        try:
            await reader.read_part(data, file_name="part.step")
            outcomes["read"] += 1
        except UnusableFile as unusable:
            outcomes[unusable.fault.value] += 1
        except Exception as error:
            outcomes["finding"] += 1
            findings.append(f"file {number}: {error!r}")
    usage = reader.models.usage
    await reader.close()
    print("step:", ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common()), flush=True)
    return Report(
        "step",
        time.monotonic() - began,
        executions=outcomes.total(),
        killed=sum(outcomes[ended] for ended in _ENDED),
        peak_bytes=usage.peak_bytes,
        findings=findings,
    )
