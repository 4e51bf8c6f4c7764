"""This machine: room on its disks, open files, and whether pictures and CAD files can be read here."""

import asyncio
import os
import resource
from importlib.resources import files
from pathlib import Path

from makeline.adapters.cad.reader import CadReader
from makeline.main.doctor.deployment import Deployment
from makeline.main.doctor.diagnosis import Diagnosis, fail, ok, warn
from makeline.main.wiring import renderer_of

_MIB = 1024 * 1024
# Below the first nothing large comes in any more, below the second somebody should have noticed.
_TOO_LITTLE, _LITTLE = 512 * _MIB, 5 * 1024 * _MIB
# Descriptors beside those of event streams: database, partner, files, limited processes.
_OTHERS = 256
_PART = "shaft.step"


async def of_disks(deployment: Deployment) -> list[Diagnosis]:
    """The disk of ``DATA_DIR``, and that of the files where it is another one."""
    settings = deployment.settings
    folders = {"the disk of DATA_DIR": settings.place.data_dir}
    if settings.storage_url.startswith("file:"):
        folders["the disk of STORAGE_URL"] = Path(settings.storage_url.removeprefix("file://"))
    found: dict[int, Diagnosis] = {}
    for name, folder in folders.items():
        place = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
        # Two folders of one disk are one disk.
        device = place.stat().st_dev
        if device not in found:
            found[device] = await asyncio.to_thread(_of_place, name, place)
    return list(found.values())


def _of_place(name: str, place: Path) -> Diagnosis:
    if not os.access(place, os.W_OK):
        return fail(name, f"{place} cannot be written to", "who owns it, and who runs the server?")
    status = os.statvfs(place)
    return of_room(name, status.f_bavail * status.f_frsize, status.f_favail, status.f_files)


def of_room(name: str, free: int, nodes: int, most_nodes: int) -> Diagnosis:
    """``free`` bytes, and ``nodes`` more files of ``most_nodes`` (0: the disk does not count them)."""
    advice = "make room: the embedded database refuses writes on a full disk, and uploads are refused"
    told = f"{free / _MIB / 1024:.1f} GiB are free"
    if most_nodes and nodes < most_nodes // 100:
        return fail(name, f"room for {nodes} more files", advice)
    if free < _TOO_LITTLE:
        return fail(name, told, advice)
    return warn(name, told, advice) if free < _LITTLE else ok(name, told)


async def of_open_files(deployment: Deployment) -> list[Diagnosis]:
    """Whether as many streams as are allowed can be open at once."""
    settings = deployment.settings
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    needed = settings.kiosk.streams_at_once + _OTHERS
    if soft == resource.RLIM_INFINITY or soft >= needed:
        return [ok("open files", f"{soft} allowed, {needed} needed at most")]
    told = f"{soft} allowed for this process, {needed} needed for STREAMS_AT_ONCE and the rest"
    return [warn("open files", told, "LimitNOFILE of the unit, ulimit -n, or fewer streams")]


async def of_cad_reader(_deployment: Deployment) -> list[Diagnosis]:
    """A STEP file of our own is measured in a limited process, as a customer's would be."""
    reader = CadReader.lazy(processes=1)
    part = (files("makeline.main") / "demo_parts" / _PART).read_bytes()
    try:
        await reader.read_part(part, file_name=_PART)
    except Exception as error:
        return [fail("CAD files", f"{_PART} cannot be read: {error or type(error).__name__}", _LIBRARIES)]
    finally:
        told = reader.describe()
        await reader.close()
    if told["state"] != "usable":
        return [warn("CAD files", f"meshes only: {told['kernel']}", _LIBRARIES)]
    return [ok("CAD files", "meshes and STEP are measured")]


_LIBRARIES = "make setup fetches the CAD kernel; on other processors than x86-64 and ARM: libgl1 and libx11-6"


async def of_renderer(deployment: Deployment) -> list[Diagnosis]:
    """A picture with letters is drawn, as a print would be."""
    settings = deployment.settings
    renderer = renderer_of(settings)
    try:
        card = await renderer.draw_test_card("doctor")
    except Exception as error:
        return [fail("prints", f"nothing can be drawn: {error or type(error).__name__}", "make setup")]
    finally:
        await renderer.close()
    return [ok("prints", f"drawn, with letters: {len(card.data) // 1024} KiB")]
