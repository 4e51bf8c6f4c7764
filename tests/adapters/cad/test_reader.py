"""Files of strangers are read in limited processes; whatever is in them, the reader says what and lives."""

import asyncio
import dataclasses
import os
import struct
from collections.abc import AsyncIterator

import numpy as np
import pytest
import pytest_asyncio

from makeline.adapters.cad.reader import MESH_LIMITS, VERSION, CadReader
from makeline.parts.geometry.facts import Basis, Fault, UnusableFile
from makeline.parts.geometry.facts_json import NonsenseFacts, dump_facts, load_facts
from makeline.parts.geometry.file_type import FileType
from makeline.parts.geometry.reader import ReaderBusy
from tests.adapters.cad.meshes.solids import ascii_stl, ball, box, stl, true_measures, tube

pytestmark = pytest.mark.asyncio(loop_scope="session")
TUBE = tube(30, 20, 100)


async def fault_of(reader: CadReader, name: str, data: bytes) -> Fault:
    with pytest.raises(UnusableFile) as refused:
        await reader.read_part(data, file_name=name)
    assert refused.value.problems[0].field == "file_data"
    assert refused.value.extras == {"reason": refused.value.fault.value}
    return refused.value.fault


async def test_a_mesh_comes_back_measured(reader: CadReader):
    reading = await reader.read_part(stl(TUBE), file_name="tube.stl")
    volume, area = true_measures(TUBE)
    assert (reading.type, reading.version, reading.facts.basis) == (FileType.STL, VERSION, Basis.MESH)
    assert reading.facts.surface.volume == pytest.approx(volume, rel=1e-6)
    assert reading.facts.surface.area == pytest.approx(area, rel=1e-6)
    assert reading.facts.surface.box == pytest.approx((60, 60, 100), rel=1e-6)
    assert (reading.facts.bodies, reading.facts.surface.triangles) == (1, len(TUBE))


async def test_one_process_reads_many_files_and_knows_nothing_of_the_server(reader: CadReader):
    await reader.read_part(stl(TUBE), file_name="tube.stl")
    started = reader.meshes.usage.processes_started
    for solid in (box(1, 2, 3), ball(5), TUBE):
        await reader.read_part(ascii_stl(solid), file_name="part.stl")
    assert reader.meshes.usage.processes_started == started
    assert reader.describe()["meshes"]["confinement"]["programs"] == "forbidden"


@pytest.mark.parametrize(
    ("name", "data", "fault"),
    [
        ("part.stl", bytes(80) + struct.pack("<I", 0xFFFFFFFF), Fault.LENGTH_DIFFERS),
        ("part.stl", stl(box(1, 1, 1) * np.nan), Fault.NOT_FINITE),
        ("part.stl", stl(box(1, 1, 1) * 2e6), Fault.TOO_FAR_OUT),
        ("part.stl", stl(box(1, 1, 0) * 0), Fault.NO_SURFACE),
        ("part.obj", b"v 0 0 0\nf 1 2 3\n", Fault.BROKEN),
        ("part.obj", b"\0" * 100, Fault.NOT_THE_TYPE),
        ("part.3mf", b"PK\x03\x04 and no more", Fault.NOT_THE_TYPE),
    ],
)
async def test_a_file_that_is_no_part_is_refused_with_its_fault(
    reader: CadReader, name: str, data: bytes, fault: Fault
):
    assert await fault_of(reader, name, data) is fault


@pytest_asyncio.fixture(loop_scope="session")
async def narrow() -> AsyncIterator[CadReader]:
    """A reader with little room; its process is warm."""
    limits = dataclasses.replace(MESH_LIMITS, address_space_bytes=256 * 1024 * 1024)
    reader = CadReader.lazy(picture_side=64, waiting=1, mesh_limits=limits)
    await reader.read_part(stl(box(1, 2, 3)), file_name="warm.stl")
    yield reader
    await reader.close()


async def test_a_file_that_takes_too_much_memory_is_refused_and_the_next_one_is_read(narrow: CadReader):
    large = stl(np.tile(TUBE, (3000, 1, 1)))
    assert await fault_of(narrow, "large.stl", large) is Fault.TOOK_TOO_MUCH_MEMORY
    assert (await narrow.read_part(stl(TUBE), file_name="tube.stl")).facts.bodies == 1


async def test_a_file_that_takes_too_long_is_refused_and_the_next_one_is_read():
    hasty = CadReader.lazy(picture_side=64, mesh_limits=dataclasses.replace(MESH_LIMITS, cpu_seconds=1))
    slow = b"v 0 0 0\nv 1 0 0\nv 0 1 0\n" + b"f 1 2 3\n" * 1_200_000
    assert await fault_of(hasty, "slow.obj", slow) is Fault.TOOK_TOO_LONG
    assert (await hasty.read_part(stl(TUBE), file_name="tube.stl")).facts.bodies == 1
    await hasty.close()


async def test_a_reader_that_is_killed_refuses_its_file_and_the_next_one_is_read(narrow: CadReader):
    (worker,) = narrow.meshes._idle
    reading = asyncio.create_task(fault_of(narrow, "large.stl", stl(np.tile(ball(5), (200, 1, 1)))))
    await asyncio.sleep(0.05)
    os.kill(worker.process.pid, 9)
    assert await reading is Fault.CRASHED_THE_READER
    assert (await narrow.read_part(stl(TUBE), file_name="tube.stl")).facts.bodies == 1


async def test_beyond_the_waiting_line_the_caller_is_asked_to_come_again(narrow: CadReader):
    readings = [narrow.read_part(stl(TUBE), file_name="tube.stl") for _ in range(5)]
    answers = await asyncio.gather(*readings, return_exceptions=True)
    assert sum(isinstance(answer, ReaderBusy) for answer in answers) == 3


async def test_what_a_reader_answers_is_believed_only_if_it_can_be_true(reader: CadReader):
    facts = (await reader.read_part(stl(TUBE), file_name="tube.stl")).facts
    assert load_facts(dump_facts(facts)) == facts
    for nonsense in (
        None,
        [],
        {},
        {**dump_facts(facts), "bodies": "many"},
        {**dump_facts(facts), "reach": [1, 2]},
    ):
        with pytest.raises(NonsenseFacts):
            load_facts(nonsense)
    surface = {**dump_facts(facts)["surface"], "area": float("nan")}
    with pytest.raises(NonsenseFacts):
        load_facts({**dump_facts(facts), "surface": surface})
