"""A file is read wherever it lies, up to the limit it was given, and tells how far that is."""

import hashlib
from importlib.resources import files

import pytest

from makeline.adapters.cad.reader import CadReader
from makeline.commerce.files.storage import StorageAway
from makeline.commerce.files.stored_bytes import StoredBytes
from makeline.parts.geometry.facts import Fault, UnusableFile
from makeline.parts.geometry.reader import Stage
from tests.adapters.cad.meshes.solids import stl, tube
from tests.fakes import MemoryStorage

pytestmark = pytest.mark.asyncio(loop_scope="session")
TUBE = tube(30, 20, 100)


@pytest.mark.parametrize("name", ["bracket.stl", "bracket.step"])
async def test_a_reading_tells_its_stages_in_order_and_each_up_to_its_end(reader: CadReader, name: str):
    data = files("makeline.main").joinpath("demo_parts", name).read_bytes()
    heard = list[tuple[Stage, float]]()
    await reader.read_part(data, file_name=name, tell=lambda *told: heard.append(told))
    order = list(Stage)
    assert heard == sorted(heard, key=lambda told: (order.index(told[0]), told[1]))
    assert {stage for stage, _ in heard} == {Stage.READING, Stage.MEASURING, Stage.PICTURING}
    assert max(done for stage, done in heard if stage is Stage.PICTURING) < 1


async def test_a_file_in_the_storage_is_read_as_one_in_memory(reader: CadReader):
    storage, data = MemoryStorage(), stl(TUBE)
    storage.kept["part"] = data
    stored = StoredBytes(storage, "part", len(data), hashlib.sha256(data).hexdigest())
    there = await reader.read_part(stored, file_name="tube.stl")
    assert there == await reader.read_part(data, file_name="tube.stl")


async def test_stored_bytes_that_are_not_all_there_or_others_are_no_fault_of_the_file(reader: CadReader):
    storage, data = MemoryStorage(), stl(TUBE)
    storage.kept["part"] = data[:-1]
    for size, digest in ((len(data), None), (len(data) - 1, "0" * 64)):
        with pytest.raises(StorageAway):
            await reader.read_part(StoredBytes(storage, "part", size, digest), file_name="tube.stl")
    assert (await reader.read_part(data, file_name="tube.stl")).facts.bodies == 1


async def test_a_file_has_as_many_triangles_as_it_may(reader: CadReader):
    data = stl(TUBE)
    for most, fault in ((len(TUBE) + 1, None), (len(TUBE), None), (len(TUBE) - 1, Fault.TOO_LARGE)):
        found = None
        try:
            await reader.read_part(data, file_name="tube.stl", most_triangles=most)
        except UnusableFile as unusable:
            found = unusable.fault
        assert found is fault
