"""Facts about CAD files."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class PartFileArrived(Event):
    """Bytes are there and nobody has measured them yet."""

    name: ClassVar[str] = "geometry.part_file_arrived"

    file_id: int


@dataclass(frozen=True, slots=True)
class PartFileDeleted(Event):
    """A file is gone for everybody; its bytes may be needed by another one."""

    name: ClassVar[str] = "geometry.part_file_deleted"

    file_id: int
