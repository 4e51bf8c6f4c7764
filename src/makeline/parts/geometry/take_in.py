"""Take in a CAD file: check, store, measure, draw; whatever fails, nothing is left half done."""

import asyncio
import contextlib
import logging
from dataclasses import dataclass, field

from makeline.commerce.files.storage import Storage, StorageAway
from makeline.commerce.files.stored_bytes import StoredBytes
from makeline.foundation.metrics import PRICED_SECONDS
from makeline.foundation.spool import Spool
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import NotFound, Refusal
from makeline.parts.geometry.arrive import Arrival, Quota, record_arrival, record_failure, record_reading
from makeline.parts.geometry.facts import UnusableFile
from makeline.parts.geometry.limits import FileLimits
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.progress import Following
from makeline.parts.geometry.queries import file_measured, file_waiting, users_of_bytes
from makeline.parts.geometry.reader import PartReader, Reading, Source
from makeline.parts.geometry.remove import forget_file, give_upload_back
from makeline.parts.geometry.states import PartFileState

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Upload:
    """What became of an upload: ``promised`` once it was answered before it was measured, ``refused`` once it is
    certain that it will not be."""

    following: Following
    promised: bool = False
    refused: bool = False


_MEDIA_TYPE = "application/octet-stream"
# Beside the views: what a browser turns about.
SCENE = "scene"
PICTURE_TYPE = "image/png"
SCENE_TYPE = "model/gltf-binary"


@dataclass
class Intake:
    """Everything that taking in a file needs; one for each process.

    ``patience``: seconds that an upload waits for its measures before it is answered without them;
    ``progress_pause``: seconds before it is noted how far the measuring is; ``spool``: where large files wait.
    """

    begin: Begin
    storage: Storage
    reader: PartReader
    quota: Quota
    limits: FileLimits = field(default_factory=FileLimits)
    patience: float = 20.0
    progress_pause: float = 1.0
    spool: Spool = field(default_factory=Spool)
    running: set[asyncio.Task[PartFile]] = field(default_factory=set)

    async def take_in(
        self, arrival: Arrival, data: Source, *, actor: str, patience: float | None = None
    ) -> PartFile:
        """The file, measured; still ``MEASURING`` when that takes longer than the patience.

        Raises ``UnusableFile``, ``QuotaFull``, ``AlreadyTaken``, ``ReaderBusy`` and ``StorageAway``; nothing is kept then.
        """
        version = self.reader.version
        file = await self.begin(
            lambda unit: record_arrival(unit, arrival, self.quota, reader=version), actor=actor
        )
        if file.state is PartFileState.READY:
            await self._let_go(data)
            return file
        upload = _Upload(self._following(file))
        work = asyncio.create_task(
            self._keep_and_read(upload, file, data, actor=actor), name=f"part file {file.id}"
        )
        # The loop itself remembers a task only weakly; a caller who goes away does not end it.
        self.running.add(work)
        work.add_done_callback(self._ended)
        done, _ = await asyncio.wait([work], timeout=self.patience if patience is None else patience)
        if done or upload.refused:
            return await work
        upload.promised = True
        return upload.following.seen(file)

    async def measure_waiting(self, file_id: int) -> None:
        """Measure a file whose process died over it; nothing to do when somebody has. Safe to repeat."""
        file = await self.begin(lambda unit: file_waiting(unit, file_id), actor="worker")
        if file is None:
            return
        if await self.storage.size_of(file.stored_as) is None:
            # Its process died before the bytes were there, so nobody was ever told that they are.
            await self._forget(file, actor="worker")
            return
        try:
            async with self._following(file) as following:
                reading = await self._read(file, self._stored(file), following)
            await self._record(file, reading, actor="worker")
        except UnusableFile as unusable:
            await self._fail(file, unusable)
        except NotFound:
            # Measured or deleted by somebody else meanwhile.
            return

    async def close(self) -> None:
        """Let running work finish."""
        if self.running:
            await asyncio.wait(self.running)
        await self.spool.close()

    async def _keep_and_read(self, upload: _Upload, file: PartFile, data: Source, *, actor: str) -> PartFile:
        try:
            async with upload.following:
                reading = await self._kept_and_read(file, data, upload.following)
            done = await self._record(file, reading, actor=actor)
        except UnusableFile as unusable:
            if not upload.promised:
                upload.refused = True
                await self._forget(file, actor=actor)
                raise
            done = await self._fail(file, unusable)
        except Refusal:
            # The reader or the storage is away: a promised file stays, and the worker measures it later.
            if upload.promised:
                return file
            upload.refused = True
            await self._forget(file, actor=actor)
            raise
        await self._let_go(data)
        return done

    async def _kept_and_read(self, file: PartFile, data: Source, following: Following) -> Reading:
        if isinstance(data, StoredBytes):
            # Somebody may still write where it lies: what is read is a copy that nobody writes to.
            if await self.storage.size_of(file.stored_as) is None and not await self.storage.copy(
                data.name, file.stored_as
            ):
                raise StorageAway("the bytes of this upload are gone; please send them again")
            return await self._read(file, self._stored(file), following)
        stored = asyncio.create_task(self.storage.put(file.stored_as, data, media_type=_MEDIA_TYPE))
        try:
            return await self._read(file, data, following)
        finally:
            await stored

    def _following(self, file: PartFile) -> Following:
        return Following(self.begin, file.id, pause=self.progress_pause, reader=self.reader.version)

    async def _read(self, file: PartFile, data: Source, following: Following) -> Reading:
        most = self.limits.most_triangles(is_direct=file.is_direct)
        return await self.reader.read_part(
            data,
            file_name=file.original_name,
            most_triangles=most,
            tell=following.tell,
            measured=following.measured,
        )

    def _stored(self, file: PartFile) -> StoredBytes:
        return StoredBytes(self.storage, file.stored_as, file.size_bytes, file.sha256)

    async def _let_go(self, data: Source) -> None:
        """Nobody needs the sender's copy any more; what cannot be removed now is swept later."""
        if isinstance(data, StoredBytes):
            with contextlib.suppress(StorageAway):
                await self.storage.remove(data.name)

    async def _record(self, file: PartFile, reading: Reading, *, actor: str) -> PartFile:
        pictures = await self._keep_pictures(file, reading)
        try:
            done, now = await self.begin(
                lambda unit: (record_reading(unit, file, reading, pictures), unit.now), actor=actor
            )
        except NotFound:
            # Deleted while it was measured: its pictures go with it. Of a file that somebody else has measured
            # meanwhile these are the pictures, by the same names.
            if await self.begin(lambda unit: file_measured(unit, file.id), actor=actor) is None:
                for name in pictures.values():
                    await self.storage.remove(name)
            raise
        PRICED_SECONDS.observe((now - file.uploaded_at).total_seconds())
        return done

    async def _keep_pictures(self, file: PartFile, reading: Reading) -> dict[str, str]:
        """Where each picture and the scene lie. Their names follow from the file, so repeating it makes no others."""
        drawn = {**{view.value: data for view, data in reading.pictures.items()}, SCENE: reading.scene}
        names = {view: f"view-{file.id:014x}-{view}" for view in drawn}
        for view, data in drawn.items():
            media_type = SCENE_TYPE if view == SCENE else PICTURE_TYPE
            await self.storage.put(names[view], data, media_type=media_type)
        return names

    async def _forget(self, file: PartFile, *, actor: str) -> None:
        def forget(unit: UnitOfWork) -> None:
            forget_file(unit, file, cause="came to nothing")
            give_upload_back(unit, file)

        await self.begin(forget, actor=actor)

    async def _fail(self, file: PartFile, unusable: UnusableFile) -> PartFile:
        failed = await self.begin(lambda unit: record_failure(unit, file, unusable), actor="worker")
        if not await self.begin(lambda unit: users_of_bytes(unit, file.stored_as), actor="worker"):
            await self.storage.remove(file.stored_as)
        return failed

    def _ended(self, work: asyncio.Task[PartFile]) -> None:
        self.running.discard(work)
        error = None if work.cancelled() else work.exception()
        if error is not None and not isinstance(error, Refusal):
            _log.error("a file could not be taken in", exc_info=error)
