"""The bytes of an announced file come by PUT, where the storage gives no address of its own: counted and hashed while
they come, a piece in memory at a time."""

import asyncio
import hashlib
from collections.abc import AsyncIterable, AsyncIterator

from makeline.commerce.files.storage import Storage
from makeline.foundation.unit_of_work import Begin
from makeline.kernel.errors import FieldProblem, Invalid, Kind, NotFound, Refusal
from makeline.parts.geometry.upload_queries import upload_of_id
from makeline.parts.geometry.uploads import PartUpload

# Smaller pieces are hashed where they are: asking a thread would take longer.
_WORTH_A_THREAD = 256 * 1024


class UploadConfirmed(Refusal):
    """The file is there; its upload takes no other bytes."""

    code = "UPLOAD_CONFIRMED"


class UploadCut(Refusal):
    """The sender went away before all bytes had come; told to nobody but the log."""

    code = "UPLOAD_CUT"
    kind = Kind.MALFORMED


async def receive_upload(
    begin: Begin, storage: Storage, upload_id: int, pieces: AsyncIterable[bytes]
) -> None:
    """Keep what comes in place of what came before; raises ``NotFound``, ``UploadConfirmed``, ``StorageAway`` and
    ``Invalid`` naming the field, ``file_size`` or ``sha256``. Whatever is refused or breaks off leaves nothing."""
    upload = await begin(lambda unit: upload_of_id(unit, upload_id), actor="upload")
    if upload is None:
        raise NotFound("there is no such upload, or its time is over")
    if upload.file_id is not None:
        raise UploadConfirmed("this upload has been confirmed")
    await storage.receive(upload.sent_as, _checked(upload, pieces))
    if await begin(lambda unit: upload_of_id(unit, upload_id), actor="upload") is None:
        # Swept away while its bytes came.
        await storage.remove(upload.sent_as)
        raise NotFound("there is no such upload any more: its time is over")


async def _checked(upload: PartUpload, pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    digest, size = hashlib.sha256(), 0
    async for piece in pieces:
        size += len(piece)
        if size > upload.size_bytes:
            raise wrong_size(upload, "more")
        if len(piece) >= _WORTH_A_THREAD:
            await asyncio.to_thread(digest.update, piece)
        else:
            digest.update(piece)
        yield piece
    if size != upload.size_bytes:
        raise wrong_size(upload, f"{size}")
    must_be_announced(upload, digest.hexdigest())


def wrong_size(upload: PartUpload, came: str) -> Invalid:
    """The refusal of bytes that are more or fewer than was announced."""
    problem = f"{upload.size_bytes} bytes were announced, {came} came"
    return Invalid(FieldProblem("file_size", problem, upload.size_bytes))


def must_be_announced(upload: PartUpload, sha256: str) -> None:
    """Raises ``Invalid`` when the customer has announced other bytes."""
    if upload.sha256 is not None and upload.sha256 != sha256:
        raise Invalid(FieldProblem("sha256", "other bytes were announced than came", upload.sha256))
