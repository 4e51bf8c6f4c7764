"""Wait for a file that is still being measured: most are ready before anybody asks."""

import time
from collections.abc import Callable
from typing import Protocol

from makeline.foundation.database import Database
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import access_part_file
from makeline.parts.geometry.states import PartFileState
from makeline.parts.geometry.viewer import Viewer

PATIENCE = 10.0


class FileNotReady(Invalid):
    """The file is still being measured, or could not be."""

    code = "FILE_NOT_READY"


async def measured_file(
    database: Database, viewer: Viewer, file_id: int, *, field: str = "file_id", patience: float = PATIENCE
) -> PartFile:
    """The file once it is ready; raises ``NotFound``, and ``FileNotReady`` after so many seconds."""
    file = await settled_file(database, viewer, file_id, patience=patience)
    return must_be_ready(file, field=field)


def must_be_ready(file: PartFile, *, field: str = "file_id") -> PartFile:
    """The file if it was measured; raises ``FileNotReady``."""
    if file.state is PartFileState.READY:
        return file
    if file.state is PartFileState.FAILED:
        raise FileNotReady(FieldProblem(field, f"the file cannot be read: {file.fault_message}"))
    raise FileNotReady(FieldProblem(field, "the file is still being measured; please try again"))


class FileWait(Protocol):
    """Waits for a file until enough of it is known."""

    async def __call__(self, database: Database, viewer: Viewer, file_id: int, /) -> PartFile:
        """Raises ``NotFound``, ``FileNotReady``."""
        ...


async def known_file(
    database: Database, viewer: Viewer, file_id: int, *, patience: float = PATIENCE
) -> PartFile:
    """The file once its figures are known, while walls are looked at and pictures drawn; raises ``NotFound``, and ``FileNotReady``
    after so many seconds. For what is not kept: the drawing may yet fail, and the file with it."""
    file = await _once(_has_facts, database, viewer, file_id, patience)
    if file.state is PartFileState.MEASURING and file.facts is not None:
        return file
    return must_be_ready(file)


async def settled_file(
    database: Database, viewer: Viewer, file_id: int, *, patience: float = PATIENCE
) -> PartFile:
    """The file once it is measured or has failed, or as it is after so many seconds; raises ``NotFound``."""
    return await _once(_is_settled, database, viewer, file_id, patience)


def _is_settled(file: PartFile) -> bool:
    return file.state is not PartFileState.MEASURING


def _has_facts(file: PartFile) -> bool:
    return file.facts is not None or _is_settled(file)


async def _once(
    enough: Callable[[PartFile], bool], database: Database, viewer: Viewer, file_id: int, patience: float
) -> PartFile:
    until = time.monotonic() + patience
    with database.changes.watch(f"part_file:{file_id}") as watch:
        while True:
            file = await database.read(lambda unit: access_part_file(unit, viewer, file_id))
            left = until - time.monotonic()
            if enough(file) or left <= 0:
                return file
            await watch.news(timeout=left)
