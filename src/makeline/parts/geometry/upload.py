"""A file out of a request: named, typed by its bytes, hashed; ready to be taken in."""

from starlette.requests import Request

from makeline.commerce.files.names import shown_name
from makeline.foundation.spool import Spool, Spooled
from makeline.foundation.web.received_file import ReceivedFile, receive_file
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.geometry.arrive import Arrival
from makeline.parts.geometry.file_type import LOOKED_AT, check_type

_FIELD = "file_data"
_KNOWN = frozenset({"file_name", "description"})
_LONGEST_DESCRIPTION = 2000


async def read_upload(request: Request, *, largest: int, spool: Spool) -> tuple[Arrival, Spooled]:
    """What came, by base64 in JSON or as a form, belonging to nobody yet.

    Raises ``BodyTooLarge``, ``SpoolFull``, ``Invalid`` naming the field, and ``UnusableFile`` when name and bytes disagree.
    """
    received = await receive_file(request, field=_FIELD, largest=largest, spool=spool)
    ignored = received.fields.keys() - _KNOWN
    if ignored:
        request.state.ignored_fields = sorted(ignored)
    name, description = (
        _text(received, "file_name", 500),
        _text(received, "description", _LONGEST_DESCRIPTION),
    )
    if not name:
        raise Invalid(FieldProblem("file_name", "is required"))
    content = received.content
    kind = check_type(name, await content.head(LOOKED_AT), size=content.size)
    arrival = Arrival(
        original_name=shown_name(name),
        description=description,
        type=kind,
        size_bytes=content.size,
        sha256=content.sha256,
    )
    return arrival, content


def _text(received: ReceivedFile, name: str, longest: int) -> str:
    value = received.fields.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Invalid(FieldProblem(name, "must be text"))
    if len(value) > longest:
        raise Invalid(FieldProblem(name, f"may have at most {longest} characters", value[:100]))
    if "\0" in value:
        raise Invalid(FieldProblem(name, "must not hold NUL characters"))
    return value
