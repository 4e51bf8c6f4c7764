"""The owner corrects what only he knows of a file: the unit it was drawn in, and what it is."""

from sqlalchemy import bindparam, update

from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.geometry.models import PartFile, Unit, part_files

_CORRECT = Change(
    update(part_files)
    .where(part_files.c.id == bindparam("file_id"))
    .values(unit=bindparam("unit", type_=part_files.c.unit.type), description=bindparam("description"))
)


def correct_file(
    unit: UnitOfWork, file: PartFile, *, drawn_in: Unit | None, description: str | None
) -> PartFile:
    """The file with what was said; prices that were given before keep the figures they were made from."""
    changed = file._replace(
        unit=file.unit if drawn_in is None else drawn_in,
        description=file.description if description is None else description,
    )
    if changed != file:
        unit.change(_CORRECT, file_id=file.id, unit=changed.unit, description=changed.description)
        unit.touch(f"part_file:{file.id}")
    return changed
