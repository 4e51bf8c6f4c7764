"""Facts about stored bytes."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class StoredFileDamaged(Event):
    """The bytes in the storage are not those that were put there, or are gone."""

    name: ClassVar[str] = "files.stored_file_damaged"

    file_name: str
