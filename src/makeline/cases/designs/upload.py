"""Take a picture out of an upload: multipart field ``file``, or the raw body."""

from starlette.formparsers import MultiPartException
from starlette.requests import Request

from makeline.cases.designs.renderer import LARGEST_PICTURE_BYTES, PictureTooLarge
from makeline.foundation.web.body import BodyTooLarge, read_bytes
from makeline.kernel.errors import FieldProblem, Invalid

# Boundaries and part headers around the picture itself.
_AROUND = 64 * 1024
LARGEST_UPLOAD = LARGEST_PICTURE_BYTES + _AROUND


async def read_upload(request: Request) -> bytes:
    """The picture's bytes, at most 25 MiB; raises ``PictureTooLarge`` or ``Invalid``."""
    if not request.headers.get("content-type", "").startswith("multipart/form-data"):
        try:
            raw = await read_bytes(request, largest=LARGEST_PICTURE_BYTES)
        except BodyTooLarge:
            raise PictureTooLarge("a picture may hold at most 25 MiB") from None
        if not raw:
            raise Invalid(FieldProblem("file", "the body is empty"))
        return raw
    declared = request.headers.get("content-length", "")
    if not declared.isdigit() or int(declared) > LARGEST_UPLOAD:
        raise PictureTooLarge("a picture may hold at most 25 MiB; Content-Length must say how much comes")
    try:
        async with request.form(max_files=1, max_fields=8, max_part_size=_AROUND) as form:
            file = form.get("file")
            if file is None or isinstance(file, str):
                raise Invalid(FieldProblem("file", "is missing"))
            raw = await file.read()
    except MultiPartException as error:
        raise Invalid(FieldProblem("file", f"the form is malformed: {error.message}")) from None
    if len(raw) > LARGEST_PICTURE_BYTES:
        raise PictureTooLarge("a picture may hold at most 25 MiB")
    if not raw:
        raise Invalid(FieldProblem("file", "is empty"))
    return raw
