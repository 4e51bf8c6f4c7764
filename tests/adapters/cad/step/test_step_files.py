"""STEP files of strangers are read by the kernel in its own limited process, without any library of a screen."""

import dataclasses
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from makeline.adapters.cad.reader import STEP_LIMITS, CadReader
from makeline.parts.geometry.facts import Basis, Fault, UnusableFile
from makeline.parts.geometry.file_type import FileType
from tests.adapters.cad.step.models import block, cut, ring, rod, step, together

pytestmark = pytest.mark.asyncio(loop_scope="session")
PLATE = step(cut(block(60, 40, 20), rod(4, 22, at=(10, 10, -1))))


async def fault_of(reader: CadReader, data: bytes) -> Fault:
    with pytest.raises(UnusableFile) as refused:
        await reader.read_part(data, file_name="part.step")
    return refused.value.fault


async def test_a_step_file_comes_back_measured_on_its_surfaces(reader: CadReader):
    reading = await reader.read_part(PLATE, file_name="plate.STP")
    assert (reading.type, reading.facts.basis) == (FileType.STEP, Basis.EXACT)
    assert reading.facts.surface.volume == pytest.approx(48000 - 3.141592653589793 * 16 * 20, rel=1e-12)
    assert reading.facts.model is not None
    assert [hole.diameter for hole in reading.facts.model.holes] == [pytest.approx(8)]


async def test_the_kernel_runs_although_no_library_of_a_screen_is_loaded(reader: CadReader):
    await reader.read_part(PLATE, file_name="plate.step")
    loaded, _ = await reader.models.run("tests.adapters.cad.step.loaded_job:screens", {})
    assert loaded["drawing"]
    assert loaded["screens"] == []
    assert reader.describe()["kernel"] == "usable"
    assert reader.describe()["models"]["confinement"]["programs"] == "forbidden"


async def test_inches_in_the_file_are_millimetres_in_the_facts(reader: CadReader):
    inches = PLATE.replace(
        b"( LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT(.MILLI.,.METRE.) )",
        b"( LENGTH_UNIT() NAMED_UNIT(*) SI_UNIT($,.METRE.) )",
    )
    assert inches != PLATE
    facts = (await reader.read_part(inches, file_name="plate.step")).facts
    assert facts.surface.box == pytest.approx((60_000, 40_000, 20_000))


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (PLATE[: len(PLATE) // 2], Fault.BROKEN),
        (b"ISO-10303-21;\nHEADER;\nENDSEC;\nDATA;\nENDSEC;\nEND-ISO-10303-21;\n", Fault.NO_SURFACE),
        (b"ISO-10303-21;" + bytes(5000), Fault.BROKEN),
        (b"neither this nor that", Fault.BROKEN),
        (step(together(block(1, 1, 1, at=(2e6, 0, 0)))), Fault.TOO_FAR_OUT),
    ],
    ids=["cut short", "empty", "zeros", "no STEP", "far out"],
)
async def test_a_file_without_a_part_is_refused_with_its_fault(reader: CadReader, data: bytes, fault: Fault):
    assert await fault_of(reader, data) is fault


async def test_a_file_larger_than_may_be_is_refused_before_anything_reads_it(reader: CadReader):
    jobs = reader.models.usage.jobs
    assert await fault_of(reader, PLATE.ljust(64 * 1024 * 1024 + 1)) is Fault.TOO_LARGE
    assert reader.models.usage.jobs == jobs


@pytest_asyncio.fixture(loop_scope="session")
async def hasty() -> AsyncIterator[CadReader]:
    """A reader with no time."""
    reader = CadReader.lazy(picture_side=64, step_limits=dataclasses.replace(STEP_LIMITS, cpu_seconds=2))
    yield reader
    await reader.close()


async def test_a_file_that_takes_too_long_is_refused_and_the_next_one_is_read(hasty: CadReader):
    rings = together(*(ring(20 + number, 5) for number in range(40)))
    assert await fault_of(hasty, step(rings)) is Fault.TOOK_TOO_LONG
    assert (await hasty.read_part(PLATE, file_name="plate.step")).facts.bodies == 1
