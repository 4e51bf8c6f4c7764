"""The port to whoever reads CAD files: bytes in, facts and pictures out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from makeline.commerce.files.stored_bytes import StoredBytes
from makeline.foundation.spool import Spooled
from makeline.kernel.errors import Unavailable
from makeline.parts.geometry.facts import PartFacts
from makeline.parts.geometry.file_type import FileType
from makeline.parts.geometry.limits import MOST_TRIANGLES

# In memory, on our own disk, or where its sender has put it.
Source = bytes | Spooled | StoredBytes


class ReaderBusy(Unavailable):
    """Too many files are being read, or the reader could not start; trying again helps. Says nothing of the file."""

    code: ClassVar[str] = "READER_BUSY"


class Stage(StrEnum):
    """What is being done with a file: it waits for a process, is taken apart, measured, and drawn."""

    WAITING = "waiting"
    READING = "reading"
    MEASURING = "measuring"
    PICTURING = "picturing"


# The stage, and which share of its steps is done, from 0 to 1.
Tell = Callable[[Stage, float], None]


# The facts, as soon as they are known: a part is measured long before its pictures are drawn.
Measured = Callable[[PartFacts], None]


def measured_for_nobody(_facts: PartFacts) -> None:
    """For whoever waits for the whole reading."""


def tell_nobody(_stage: Stage, _fraction: float) -> None:
    """For whoever does not want to know."""


class View(StrEnum):
    """From where a picture shows a part, with z up; the small one is the isometric one again, a quarter as wide."""

    ISOMETRIC = "isometric"
    FRONT = "front"
    RIGHT = "right"
    TOP = "top"
    SMALL = "small"


@dataclass(frozen=True, slots=True)
class Reading:
    """What became of a file.

    ``pictures``: a square PNG for each view, 512 pixels wide; ``scene``: a GLB for browsers, in metres. ``version``
    names the reader whose figures these are and is kept with every price.
    """

    type: FileType
    facts: PartFacts
    pictures: Mapping[View, bytes]
    scene: bytes
    version: str


class PartReader(Protocol):
    """Reads files of strangers; whatever is in them, the caller lives."""

    @property
    def version(self) -> str:
        """Whose figures the next readings will be."""
        ...

    async def read_part(
        self,
        data: Source,
        *,
        file_name: str,
        most_triangles: int = MOST_TRIANGLES,
        tell: Tell = tell_nobody,
        measured: Measured = measured_for_nobody,
    ) -> Reading:
        """Measure and picture one file, telling how far that is and what was measured; raises ``UnusableFile`` with the reason, ``ReaderBusy``, and ``StorageAway``
        when stored bytes cannot be fetched."""
        ...

    def describe(self) -> dict[str, Any]:
        """For health pages: what can be read (``state``, in a word for everybody), processes and limits."""
        ...

    async def close(self) -> None:
        """Let running work finish and end the processes."""
        ...
