"""A file that comes in a request: base64 in a field of a JSON body, or a part of a form.

Either is taken apart while it comes, a piece in each turn of the event loop; of the file a piece is in memory at a time.
"""

from dataclasses import dataclass
from typing import Any, Protocol

from starlette.requests import Request

from makeline.foundation.spool import Gathering, Spool, Spooled
from makeline.foundation.web.body import BodyTooLarge
from makeline.foundation.web.form_file import FormFile
from makeline.foundation.web.long_text import LongText
from makeline.foundation.web.turns import in_turns
from makeline.kernel.errors import FieldProblem, Invalid

# What may stand around the file itself: other fields, boundaries.
AROUND = 256 * 1024


@dataclass(slots=True)
class ReceivedFile:
    """The bytes of the file, and every other field of the request."""

    content: Spooled
    fields: dict[str, Any]


class _Parser(Protocol):
    @property
    def piece(self) -> int: ...

    def feed(self, piece: bytes) -> None: ...

    def finish(self) -> dict[str, Any]: ...


async def receive_file(request: Request, *, field: str, largest: int, spool: Spool) -> ReceivedFile:
    """The file in ``field`` of at most ``largest`` bytes, whichever way it comes.

    Raises ``BodyTooLarge``, ``SpoolFull``, and ``Invalid`` naming the field. A form's file brings its name as
    ``file_name`` unless the form says another. Of a text that is longer than any field only the beginning is kept.
    """
    gathering = Gathering(spool)

    def write(data: bytes) -> None:
        gathering.write(data)
        if gathering.size > largest:
            raise BodyTooLarge(f"a file may hold at most {largest} bytes")

    content_type = request.headers.get("content-type", "")
    if content_type.startswith("multipart/form-data"):
        form = FormFile(content_type, field, write=write)
        fields = await _fed(request, form, gathering, largest=largest + AROUND)
        return ReceivedFile(await _bounded(gathering, "file"), fields)
    text = LongText(field, write=write, restart=gathering.restart)
    fields = await _fed(request, text, gathering, largest=largest * 4 // 3 + AROUND)
    return ReceivedFile(await _bounded(gathering, field), fields)


async def _fed(request: Request, parser: _Parser, gathering: Gathering, *, largest: int) -> dict[str, Any]:
    declared = request.headers.get("content-length", "")
    size = 0
    if declared.isdigit() and int(declared) > largest:
        raise BodyTooLarge(f"the body may hold at most {largest} bytes")
    async for piece in in_turns(request, piece=lambda: parser.piece):
        size += len(piece)
        if size > largest:
            raise BodyTooLarge(f"the body may hold at most {largest} bytes")
        parser.feed(piece)
        await gathering.settle()
    return parser.finish()


async def _bounded(gathering: Gathering, field: str) -> Spooled:
    if not gathering.size:
        raise Invalid(FieldProblem(field, "is empty"))
    return await gathering.finish()
