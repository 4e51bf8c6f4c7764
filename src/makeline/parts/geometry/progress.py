"""How far the measuring of a file is: noted in its row when it takes long, so that whoever waits for it sees it move,
whichever process he asks."""

import asyncio
import contextlib
from functools import partial
from types import TracebackType
from typing import Self

from sqlalchemy import bindparam, update

from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Refusal
from makeline.parts.geometry.facts import PartFacts
from makeline.parts.geometry.facts_json import dump_facts
from makeline.parts.geometry.models import PartFile, part_files
from makeline.parts.geometry.reader import Stage
from makeline.parts.geometry.states import PartFileState

_NOTE = Change(
    update(part_files)
    .where(part_files.c.id == bindparam("file_id"), part_files.c.state == PartFileState.MEASURING)
    .values(stage=bindparam("stage", type_=part_files.c.stage.type), stage_percent=bindparam("stage_percent"))
)

_KNOW = Change(
    update(part_files)
    .where(part_files.c.id == bindparam("file_id"), part_files.c.state == PartFileState.MEASURING)
    .values(facts=bindparam("facts", type_=part_files.c.facts.type), reader=bindparam("reader"))
)


def note_progress(unit: UnitOfWork, *, file_id: int, stage: Stage, percent: int) -> None:
    """What is done of the stage, 0 to 100; nothing when the file is no longer being measured."""
    if unit.change(_NOTE, file_id=file_id, stage=stage, stage_percent=percent):
        unit.touch(f"part_file:{file_id}")


def note_facts(unit: UnitOfWork, *, file_id: int, facts: PartFacts, reader: str) -> None:
    """The file can be priced while its pictures are drawn; nothing when it is no longer being measured."""
    if unit.change(_KNOW, file_id=file_id, facts=dump_facts(facts), reader=reader):
        unit.touch(f"part_file:{file_id}")


class Following:
    """Notes what a reader tells of one file, while the block lasts.

    Not before ``pause`` seconds, and then twice in that time at most: of a file that is soon measured nothing is noted.
    But what was measured by the reader called ``reader`` is noted at once: somebody waits for his price.
    """

    def __init__(self, begin: Begin, file_id: int, *, pause: float, reader: str) -> None:
        self._begin = begin
        self._file_id = file_id
        self._pause = pause
        self._reader = reader
        self._facts: asyncio.Task[None] | None = None
        self._now = (Stage.WAITING, 0)
        self._ended = asyncio.Event()
        self._notes: asyncio.Task[None] | None = None

    def tell(self, stage: Stage, fraction: float) -> None:
        """Heard from the reader."""
        self._now = (stage, int(fraction * 100))

    def measured(self, facts: PartFacts) -> None:
        """Heard from the reader."""
        if self._facts is None:
            self._facts = asyncio.create_task(self._know(facts), name=f"facts of part file {self._file_id}")

    def seen(self, file: PartFile) -> PartFile:
        """The file as far as it is now."""
        return file._replace(stage=self._now[0], stage_percent=self._now[1])

    async def __aenter__(self) -> Self:
        self._notes = asyncio.create_task(self._note(), name=f"progress of part file {self._file_id}")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        for noting in (self._notes, self._facts):
            if noting is not None:
                await noting

    async def _know(self, facts: PartFacts) -> None:
        # They come again with the whole reading.
        with contextlib.suppress(Refusal):
            await self._begin(
                partial(note_facts, file_id=self._file_id, facts=facts, reader=self._reader), actor="reader"
            )

    async def _note(self) -> None:
        noted, nap = (Stage.WAITING, 0), self._pause
        while not await self._ends_within(nap):
            nap = self._pause / 2
            if noted != self._now:
                noted = stage, percent = self._now
                try:
                    await self._begin(
                        partial(note_progress, file_id=self._file_id, stage=stage, percent=percent),
                        actor="reader",
                    )
                except Refusal:
                    # Nobody sees it move for a while; the measuring goes on.
                    continue

    async def _ends_within(self, seconds: float) -> bool:
        try:
            await asyncio.wait_for(self._ended.wait(), seconds)
        except TimeoutError:
            return False
        return True
