"""The reader of CAD files: our mesh readers and the CAD kernel in limited processes, behind ``PartReader``."""

import contextlib
from collections.abc import Mapping
from typing import Any, Self

from makeline.foundation.limited_jobs import Heard
from makeline.foundation.limited_master import SENT
from makeline.foundation.limited_process import (
    CouldNotStart,
    JobFailed,
    JobRefused,
    JobTimedOut,
    LimitedPool,
    Limits,
    PoolBusy,
    WorkerDied,
)
from makeline.foundation.metrics import FILES_READ
from makeline.parts.geometry.facts import Fault, UnusableFile
from makeline.parts.geometry.facts_json import NonsenseFacts, load_facts
from makeline.parts.geometry.file_type import LOOKED_AT, FileType, check_type
from makeline.parts.geometry.limits import MOST_TRIANGLES
from makeline.parts.geometry.reader import (
    Measured,
    ReaderBusy,
    Reading,
    Source,
    Stage,
    Tell,
    View,
    measured_for_nobody,
    tell_nobody,
)

_JOBS = "makeline.adapters.cad"
# Goes into every price; a change of any figure changes it.
VERSION = "makeline-cad-1"
# Whoever waits for an answer of the server comes before whoever waits for a file.
NICE = 10
# The limit is the processor time; a busy machine may take longer over it.
MESH_LIMITS = Limits(
    address_space_bytes=768 * 1024 * 1024, cpu_seconds=15, wall_seconds=120, jobs_per_process=300, nice=NICE
)
# What takes more than the limits above allow: files of their own, a fresh process each, so that its memory is given back.
LARGE_BYTES = 64 * 1024 * 1024
LARGE_LIMITS = Limits(
    address_space_bytes=4 * 1024 * 1024 * 1024,
    cpu_seconds=60,
    wall_seconds=240,
    order_bytes=288 * 1024 * 1024,
    jobs_per_process=1,
    nice=NICE,
)
# The kernel and its libraries take 540 MB of addresses before they read a byte. What it may write are the stand-ins for
# the libraries it is linked to, in memory.
STEP_LIMITS = Limits(
    address_space_bytes=1536 * 1024 * 1024,
    cpu_seconds=30,
    wall_seconds=120,
    file_bytes=64 * 1024,
    jobs_per_process=100,
    nice=NICE,
)
PICTURE_SIDE = 512
MOST_STEP_BYTES = 64 * 1024 * 1024
_NO_KERNEL = ("ImportError", "ModuleNotFoundError")
# The pool decides about parallel work; threads of the arithmetic library would only reserve memory.
_ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Memory is used again instead of being given back and asked for, page by page: a sixth of the time of a picture.
    "MALLOC_MMAP_THRESHOLD_": str(256 * 1024 * 1024),
    "MALLOC_TRIM_THRESHOLD_": str(256 * 1024 * 1024),
}


class CadReader:
    """Reads customers' files in its own few processes; keep one per server, close it at the end."""

    def __init__(
        self, *, meshes: LimitedPool, large: LimitedPool, models: LimitedPool, picture_side: int
    ) -> None:
        self.meshes = meshes
        self.large = large
        self.models = models
        self.picture_side = picture_side
        self._no_kernel = ""

    @classmethod
    def lazy(
        cls,
        *,
        processes: int = 1,
        waiting: int = 16,
        mesh_limits: Limits = MESH_LIMITS,
        large_limits: Limits = LARGE_LIMITS,
        step_limits: Limits = STEP_LIMITS,
        picture_side: int = PICTURE_SIDE,
    ) -> Self:
        """A reader that starts its first process of each kind with the first file of that kind."""

        def pool(name: str, job: str, limits: Limits, *, most: int = processes) -> LimitedPool:
            return LimitedPool(
                name,
                limits,
                processes=most,
                waiting=waiting,
                environment=_ENVIRONMENT,
                preload=(f"{_JOBS}.{job}",),
            )

        return cls(
            meshes=pool("meshes", "mesh_job", mesh_limits),
            # Of the largest, one at a time: it alone takes as much memory as all others together.
            large=pool("large meshes", "mesh_job", large_limits, most=1),
            models=pool("models", "step_job", step_limits),
            picture_side=picture_side,
        )

    @property
    def version(self) -> str:
        """See ``PartReader``."""
        return VERSION

    async def read_part(
        self,
        data: Source,
        *,
        file_name: str,
        most_triangles: int = MOST_TRIANGLES,
        tell: Tell = tell_nobody,
        measured: Measured = measured_for_nobody,
    ) -> Reading:
        """See ``PartReader``."""
        outcome = "busy"
        try:
            head = data[:LOOKED_AT] if isinstance(data, bytes) else await data.head(LOOKED_AT)
            kind = check_type(file_name, head, size=len(data))
            reading = await self._read(kind, data, most_triangles, _heard(tell, measured))
            outcome = "read"
        except UnusableFile as unusable:
            outcome = unusable.fault.value
            raise
        finally:
            FILES_READ.labels(outcome).inc()
        return reading

    def describe(self) -> dict[str, Any]:
        """For health pages: see ``LimitedPool.describe``; ``state`` is ``usable``, or ``meshes only`` when ``kernel``
        says why STEP cannot be read."""
        return {
            "state": "meshes only" if self._no_kernel else "usable",
            "version": VERSION,
            "meshes": self.meshes.describe(),
            "large_meshes": self.large.describe(),
            "models": self.models.describe(),
            "kernel": self._no_kernel or "usable",
        }

    async def close(self) -> None:
        """Let the running jobs finish and end the processes."""
        await self.meshes.close()
        await self.large.close()
        await self.models.close()

    async def _read(self, kind: FileType, data: Source, most_triangles: int, heard: Heard) -> Reading:
        if kind is FileType.STEP and len(data) > MOST_STEP_BYTES:
            raise UnusableFile(Fault.TOO_LARGE, f"a STEP file has at most {MOST_STEP_BYTES} bytes")
        meshes = self.large if len(data) > LARGE_BYTES else self.meshes
        pool, job = (self.models, "step_job") if kind is FileType.STEP else (meshes, "mesh_job")
        order = {"type": kind.value, "most": most_triangles, "side": self.picture_side}
        try:
            return _reading(kind, *await pool.run(f"{_JOBS}.{job}:read", order, data, heard=heard))
        except (PoolBusy, CouldNotStart) as error:
            raise ReaderBusy("too many files at once; please try again") from error
        except JobRefused as refusal:
            raise UnusableFile(_fault(refusal.code), refusal.message[:300]) from refusal
        except JobTimedOut as error:
            raise UnusableFile(Fault.TOOK_TOO_LONG, "the file takes too long to read") from error
        except JobFailed as error:
            if error.error in _NO_KERNEL:
                self._no_kernel = str(error)
                raise ReaderBusy("files of this kind cannot be read here just now") from error
            raise _breakdown(error) from error
        except (WorkerDied, NonsenseFacts) as error:
            raise _breakdown(error) from error


def _reading(kind: FileType, header: dict[str, Any], blobs: list[bytes]) -> Reading:
    if header.get("pictures") != list(View) or len(blobs) != len(View) + 1:
        raise NonsenseFacts("a reader answered no pictures")
    *pictures, scene = blobs
    return Reading(
        kind, load_facts(header.get("facts")), dict(zip(View, pictures, strict=True)), scene, VERSION
    )


def _heard(tell: Tell, measured: Measured) -> Heard:
    """What a process says of itself is a stranger's word: what makes no sense is passed over."""

    def heard(step: str, fraction: float, known: Mapping[str, Any]) -> None:
        if step == SENT:
            # The other half of reading is taking apart what came.
            tell(Stage.READING, fraction / 2)
        elif step in set(Stage) and 0 <= fraction <= 1:
            tell(Stage(step), fraction)
        if "facts" in known:
            with contextlib.suppress(NonsenseFacts):
                measured(load_facts(known["facts"]))

    return heard


def _fault(code: str) -> Fault:
    try:
        return Fault(code)
    except ValueError:
        return Fault.BROKEN


def _breakdown(error: Exception) -> UnusableFile:
    # The arithmetic library has a memory error of its own.
    if isinstance(error, JobFailed) and error.error.endswith("MemoryError"):
        return UnusableFile(Fault.TOOK_TOO_MUCH_MEMORY, "the file takes too much memory to read")
    return UnusableFile(Fault.CRASHED_THE_READER, "the file cannot be read; its reader was ended")
