"""A customer confirms that the bytes of an announced file are in the storage: it becomes a file like any other."""

import asyncio
import hashlib

from makeline.commerce.files.stored_bytes import StoredBytes
from makeline.foundation.database import Database
from makeline.kernel.errors import NotFound, Refusal
from makeline.parts.geometry.arrive import AlreadyTaken, Arrival
from makeline.parts.geometry.file_type import LOOKED_AT, check_type
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.receive import must_be_announced, wrong_size
from makeline.parts.geometry.take_in import Intake
from makeline.parts.geometry.upload_queries import access_upload
from makeline.parts.geometry.uploads import PartUpload
from makeline.parts.geometry.viewer import Viewer
from makeline.parts.geometry.wait import settled_file

# Whoever confirms beside somebody whose file comes to nothing tries by himself.
_TRIES = 3


class NotUploaded(Refusal):
    """Confirmed before the bytes came."""

    code = "NOT_UPLOADED"


class BeingConfirmed(Refusal):
    """Somebody else confirms the same upload again and again."""

    code = "BEING_CONFIRMED"


async def confirm_upload(
    database: Database, intake: Intake, owner_id: int, upload_id: int, *, patience: float, actor: str
) -> PartFile:
    """The file, measured, or still ``MEASURING`` after so many seconds; again: the same file.

    Raises ``NotFound``, ``NotUploaded``, ``Invalid`` naming the field that differs from what was announced, and
    whatever ``Intake.take_in`` does; then the upload is as it was and may be confirmed, or sent, again.
    """
    for _ in range(_TRIES):
        upload = await database.read(lambda unit: access_upload(unit, owner_id, upload_id))
        if upload.file_id is None:
            sent = StoredBytes(intake.storage, upload.sent_as, upload.size_bytes)
            try:
                return await _take_over(intake, upload, sent, patience=patience, actor=actor)
            except AlreadyTaken:
                continue
        try:
            return await settled_file(database, Viewer(owner_id), upload.file_id, patience=patience)
        except NotFound:
            # Its owner has deleted it, or what somebody else confirmed just now came to nothing.
            again = await database.read(lambda unit: access_upload(unit, owner_id, upload_id))
            if again.file_id is not None:
                raise
    raise BeingConfirmed("this upload is being confirmed by somebody else; please try again")


async def _take_over(
    intake: Intake, upload: PartUpload, sent: StoredBytes, *, patience: float, actor: str
) -> PartFile:
    size = await intake.storage.size_of(upload.sent_as)
    if size is None:
        raise NotUploaded("nothing has been sent yet to the address of this upload")
    if size != upload.size_bytes:
        raise wrong_size(upload, str(size))
    check_type(upload.original_name, await sent.head(LOOKED_AT), size=size)
    arrival = Arrival(
        original_name=upload.original_name,
        description=upload.description,
        type=upload.type,
        size_bytes=size,
        sha256=await _digest(sent),
        owner_id=upload.owner_id,
        upload_id=upload.id,
    )
    must_be_announced(upload, arrival.sha256)
    return await intake.take_in(arrival, sent, actor=actor, patience=patience)


async def _digest(content: StoredBytes) -> str:
    digest = hashlib.sha256()
    async for piece in content:
        await asyncio.to_thread(digest.update, piece)
    return digest.hexdigest()
