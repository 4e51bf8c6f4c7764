"""Our own parts, for everybody to try with: each is taken in as any other file is."""

import asyncio
import hashlib
from importlib.resources import files

from makeline.main.wiring import House
from makeline.parts.geometry.arrive import Arrival
from makeline.parts.geometry.file_type import check_type
from makeline.parts.geometry.queries import demo_files

# One part is there as a mesh, so that both ways of reading can be tried; of all others the exact model.
_AS_MESH = frozenset({"bracket"})


async def load_demo_files(house: House, *, most: int) -> int:
    """Take in what is not there yet; says how much. Safe to repeat, and to be stopped in the middle."""
    there = {file.original_name for file in await house.database.read(demo_files)}
    loaded = 0
    for name, data in await asyncio.to_thread(_shipped):
        if name in there or loaded == most:
            continue
        arrival = Arrival(
            original_name=name,
            description=f"{name.rpartition('.')[0].replace('-', ' ').capitalize()}, one of our own",
            type=check_type(name, data),
            size_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
        )
        await house.intake.take_in(arrival, data, actor="makeline")
        loaded += 1
    return loaded


def _shipped() -> list[tuple[str, bytes]]:
    folder = files("makeline.main").joinpath("demo_parts")
    wanted = sorted(
        item.name
        for item in folder.iterdir()
        if item.name.endswith(".step") or item.name.removesuffix(".stl") in _AS_MESH
    )
    return [(name, folder.joinpath(name).read_bytes()) for name in wanted]
