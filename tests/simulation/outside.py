"""The rest of the world behind its ports: files, letters, papers."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from makeline.commerce.files.storage import StorageAway
from makeline.commerce.notices.mailer import Letter, MailTrouble
from makeline.foundation.spool import Spooled
from makeline.kernel.errors import FailureKind
from tests.fakes import MemoryStorage
from tests.simulation.road import NoAnswer, Road


class FarStorage(MemoryStorage):
    """Implements ``Storage`` over a road; what has been stored is there."""

    def __init__(self, road: Road) -> None:
        super().__init__()
        self._road = road

    async def put(self, name: str, data: bytes | Spooled, *, media_type: str) -> None:
        assert isinstance(data, bytes)
        await self._go(lambda: self.kept.setdefault(name, data))

    async def get(self, name: str) -> bytes | None:
        return await self._go(lambda: self.kept.get(name))

    async def remove(self, name: str) -> None:
        await self._go(lambda: self.kept.pop(name, None))

    async def _go(self, work: Any) -> Any:
        try:
            return await self._road.call(work)
        except NoAnswer as none:
            raise StorageAway("no answer") from none


@dataclass
class PostBox:
    """Implements ``Mailer`` over a road; ``letters`` is what arrived, twice where it was sent twice."""

    road: Road
    letters: list[Letter] = field(default_factory=list)

    async def send(self, letter: Letter) -> None:
        try:
            await self.road.call(lambda: self.letters.append(letter))
        except NoAnswer as none:
            raise MailTrouble("no answer", FailureKind.TRANSIENT) from none


class NoPapers:
    """Nobody asks for these."""

    name = "none"
    patience = timedelta(0)
