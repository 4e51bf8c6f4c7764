"""Which files a database speaks of: every row that answers for bytes in the storage."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import func, select

from makeline.commerce.documents.models import documents
from makeline.commerce.files.models import stored_files
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.main.tables import all_tables
from makeline.parts.geometry.models import part_files
from makeline.parts.geometry.states import PartFileState


class KeptFile(NamedTuple):
    """``sha256`` (hex) where the row tells it. ``sure``: its bytes lie in the storage, and not only perhaps."""

    name: str
    sha256: str | None
    sure: bool


class _Row(NamedTuple):
    name: str
    sha256: str


class _Part(NamedTuple):
    name: str
    sha256: str
    state: PartFileState
    pictures: dict[str, str] | None


_STORED = Query(
    # From the moment in which somebody begins to take its bytes away they may be gone.
    select(stored_files.c.name, stored_files.c.sha256).where(stored_files.c.removing_at.is_(None)),
    _Row,
)
_DOCUMENTS = Query(
    select(documents.c.stored_as, documents.c.sha256)
    .where(documents.c.stored_at.is_not(None), documents.c.deleted_at.is_(None))
    .distinct(),
    _Row,
)
_PARTS = Query(
    select(part_files.c.stored_as, part_files.c.sha256, part_files.c.state, part_files.c.pictures).where(
        part_files.c.deleted_at.is_(None)
    ),
    _Part,
)


def kept_files(unit: Reading) -> dict[str, KeptFile]:
    """By name."""
    found: dict[str, KeptFile] = {}
    for file in _all(unit):
        before = found.get(file.name)
        if before is None or file.sure:
            found[file.name] = file
    return found


def row_counts(unit: Reading) -> dict[str, int]:
    """How many rows each table has."""
    return {
        name: unit.all(Query(select(func.count()).select_from(table), tuple))[0][0]
        for name, table in sorted(all_tables().tables.items())
    }


def _all(unit: Reading) -> Iterator[KeptFile]:
    for row in (*unit.all(_STORED), *unit.all(_DOCUMENTS)):
        yield KeptFile(row.name, row.sha256, sure=True)
    for part in unit.all(_PARTS):
        # A file that is still on its way, or is of no use, may have none.
        ready = part.state is PartFileState.READY
        yield KeptFile(part.name, part.sha256, sure=ready)
        for name in (part.pictures or {}).values():
            yield KeptFile(name, None, sure=ready)
