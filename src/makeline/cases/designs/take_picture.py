"""A picture comes in: checked and cleaned in a limited process, stored, and named by a signed link."""

from makeline.cases.designs.renderer import CleanPicture, PrintRenderer
from makeline.commerce.files.keep import Bytes, file_named, record_file, store_bytes
from makeline.commerce.files.links import Links
from makeline.commerce.files.models import FileKind, StoredFile
from makeline.commerce.files.storage import Storage
from makeline.foundation.unit_of_work import Begin, Reading
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.kernel.signing import BadToken


async def take_picture(
    begin: Begin, storage: Storage, renderer: PrintRenderer, raw: bytes, *, actor: str
) -> StoredFile:
    """Keep one picture that no visit holds; raises the refusals of ``PrintRenderer.read_picture``."""
    content = picture_bytes(await renderer.read_picture(raw))
    await store_bytes(storage, content)
    return await begin(lambda unit: record_file(unit, content), actor=actor)


def picture_bytes(clean: CleanPicture) -> Bytes:
    """A clean picture on its way into the storage."""
    return Bytes(
        FileKind.PICTURE, clean.data, clean.media_type, clean.sha256, clean.width_px, clean.height_px
    )


def picture_shown(
    unit: Reading, links: Links, reference: str, *, already: frozenset[str], field: str
) -> StoredFile:
    """The picture that somebody means: by its signed link, which shows that he was given it, or by the name of one that
    is in his design already. Raises ``Invalid`` naming ``field``.
    """
    address, _, query = reference.partition("?")
    name = address.rsplit("/", 1)[-1]
    if name not in already:
        token = query.removeprefix("token=") if query.startswith("token=") else None
        try:
            links.check(name, token, unit.now)
        except BadToken:
            problem = FieldProblem(field, "must be the fresh link of a picture that you sent", name[:100])
            raise Invalid(problem) from None
    file = file_named(unit, name)
    if file is None or file.kind not in (FileKind.PICTURE, FileKind.STYLED):
        raise Invalid(FieldProblem(field, "is not a picture that is here", name[:100]))
    return file
