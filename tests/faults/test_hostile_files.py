"""R24: whatever a file holds, its reader says what became of it, stays within its memory, and reads the next one."""

from collections import Counter
from collections.abc import Callable

import pytest

from makeline.adapters.cad.reader import MESH_LIMITS, STEP_LIMITS, CadReader
from makeline.parts.geometry.facts import UnusableFile
from makeline.parts.geometry.reader import View
from tests.adapters.cad.hostile import built_to_break, good_files, spoilt
from tests.faults.conftest import Figures

HOSTILE = built_to_break()


async def outcome_of(reader: CadReader, name: str, data: bytes) -> str:
    try:
        reading = await reader.read_part(data, file_name=name)
    except UnusableFile as unusable:
        return unusable.fault.value if unusable.message else "no reason"
    assert set(reading.pictures) == set(View)
    assert reading.facts.surface.area > 0
    return "read"


@pytest.mark.timeout(600)
async def test_files_that_bite_are_refused_with_a_reason_and_the_next_file_is_read(
    rounds: Callable[[int, int], int], figures: Figures
):
    reader, sound = CadReader.lazy(picture_side=32), good_files()
    outcomes = Counter[str]()
    for name, data in HOSTILE.items():
        outcome = await outcome_of(reader, name, data)
        # The kernel is not ours: it may die of a file, in its own process.
        assert outcome not in {"took_too_long", "crashed_the_reader"} or name.endswith(".step"), (
            name,
            outcome,
        )
        outcomes[outcome] += 1
    for number in range(rounds(30, 500)):
        name = list(sound)[number % len(sound)]
        outcomes[await outcome_of(reader, name, spoilt(name, sound[name], number))] += 1
    assert "no reason" not in outcomes
    for name, data in sound.items():
        assert await outcome_of(reader, name, data) == "read"
    meshes, models = reader.meshes.usage, reader.models.usage
    await reader.close()
    assert meshes.peak_bytes < MESH_LIMITS.address_space_bytes
    assert models.peak_bytes < STEP_LIMITS.address_space_bytes
    told = ", ".join(f"{count} {outcome}" for outcome, count in outcomes.most_common())
    figures(
        f"R24 files: {sum(outcomes.values())} hostile and broken files: {told}; "
        f"{meshes.processes_started + models.processes_started} processes, "
        f"peaks {meshes.peak_bytes >> 20} and {models.peak_bytes >> 20} MiB"
    )
