"""A JSON object whose one long text is base64: decoded while it comes, so that it is never in memory as text."""

import io
import re
import secrets
from collections.abc import Callable
from typing import Any

import pybase64

from makeline.foundation.web.body import BodyTooLarge, read_object
from makeline.kernel.errors import FieldProblem, Invalid

# The name of the text is looked for in so much of the body.
_LOOKED_THROUGH = 256 * 1024
# Between the name and the text; more of it is allowed, and not looked for.
_SPACE = rb"[ \t\r\n]{0,20}"
_MOST_AROUND_NAME = 44
# What some programs write in a text for a slash and for the end of a line.
_ESCAPES = ((b"\\/", b"/"), (b"\\r", b""), (b"\\n", b""))
_SPACES = b"\r\n\t "
_LONGEST_PREFIX = 200


class _Plain(Exception):
    """The text is none that can be decoded while it comes; ``rest`` of the body has been kept nowhere yet."""

    def __init__(self, rest: bytes) -> None:
        super().__init__()
        self.rest = rest


class LongText:
    """Takes the body piece by piece; the text of ``field`` may decode to ``largest`` bytes.

    Where the text is not what it looks like (escaped in another way, or in an object within the object), the body is
    put together again and read as any other.
    """

    def __init__(self, field: str, *, largest: int) -> None:
        self._field = field
        self._largest = largest
        self._name = re.compile(b'"%s"%s:%s"' % (re.escape(field.encode()), _SPACE, _SPACE))
        self._before, self._after = bytearray(), bytearray()
        self._prefix, self._undecoded = b"", b""
        self._decoded = io.BytesIO()
        # No method bound to this very object: it would keep a body of many megabytes until somebody looks for garbage.
        self._take: Callable[[LongText, bytes], None] = LongText._look_for_name

    def feed(self, piece: bytes) -> None:
        """The next piece; raises ``BodyTooLarge``."""
        try:
            self._take(self, piece)
        except _Plain as plain:
            self._put_together(plain.rest)

    def finish(self) -> tuple[dict[str, Any], bytes | str | None]:
        """The other fields, and the text: decoded, or as it was sent if that is still to be done; None if there is
        none. Raises ``Invalid``."""
        if self._take is LongText._keep_after:
            # Whatever stands in its place cannot have been in the body, so it shows that the right text was cut out.
            mark = secrets.token_hex(16)
            fields = read_object(bytes(self._before) + mark.encode() + bytes(self._after))
            if fields.get(self._field) == mark:
                del fields[self._field]
                return fields, self._decoded.getvalue()
        self._put_together(self._undecoded)
        fields = read_object(bytes(self._before))
        text = fields.pop(self._field, None)
        if text is not None and not isinstance(text, str):
            raise Invalid(FieldProblem(self._field, "must be text in base64"))
        return fields, text

    def _look_for_name(self, piece: bytes) -> None:
        seen = len(self._before)
        self._before += piece
        found = self._name.search(self._before, max(0, seen - len(self._field) - _MOST_AROUND_NAME))
        if found is not None:
            text = bytes(self._before[found.end() :])
            del self._before[found.end() :]
            self._take = LongText._look_for_prefix
            self._take(self, text)
        elif len(self._before) > _LOOKED_THROUGH:
            raise _Plain(b"")

    def _look_for_prefix(self, piece: bytes) -> None:
        """``data:model/stl;base64,``, as a browser writes it."""
        text = self._undecoded + piece
        if len(text) < _LONGEST_PREFIX and b'"' not in text:
            self._undecoded = text
            return
        self._undecoded = b""
        if text.startswith(b"data:"):
            end = text.find(b",", 0, _LONGEST_PREFIX) + 1
            self._prefix, text = text[:end], text[end:]
        self._take = LongText._decode
        self._take(self, text)

    def _decode(self, piece: bytes) -> None:
        end = piece.find(b'"')
        text = self._undecoded + (piece if end < 0 else piece[:end])
        # Of an escape that is cut in two the rest is still to come.
        cut = len(text) - 1 if end < 0 and text.endswith(b"\\") else len(text)
        plain = text[:cut]
        if b"\\" in plain:
            for escape, sign in _ESCAPES:
                plain = plain.replace(escape, sign)
        # What fills up the last four characters ends the text, so they are kept back until it does.
        data, left = _from_base64(plain, keep=0 if end >= 0 else 4)
        if data is None:
            raise _Plain(self._undecoded + piece)
        self._decoded.write(data)
        if self._decoded.tell() > self._largest:
            raise BodyTooLarge(f"a file may hold at most {self._largest} bytes")
        self._undecoded = left + text[cut:]
        if end >= 0:
            self._take = LongText._keep_after
            self._take(self, piece[end:])

    def _keep_after(self, piece: bytes) -> None:
        self._after += piece

    def _keep(self, piece: bytes) -> None:
        self._before += piece

    def _put_together(self, rest: bytes) -> None:
        self._before += self._prefix + pybase64.b64encode(self._decoded.getvalue()) + rest + self._after
        self._decoded, self._after = io.BytesIO(), bytearray()
        self._prefix = self._undecoded = b""
        self._take = LongText._keep


def _from_base64(text: bytes, *, keep: int) -> tuple[bytes | None, bytes]:
    """What the text decodes to but for its last ``keep`` characters and those that make no four; then these. None if
    it is no base64."""
    data, left = _strictly(text, keep)
    # Lines, as e-mail breaks them, are allowed too; whatever else is no base64 is not passed over in silence.
    return (data, left) if data is not None else _strictly(text.translate(None, _SPACES), keep)


def _strictly(text: bytes, keep: int) -> tuple[bytes | None, bytes]:
    whole = max(len(text) - len(text) % 4 - keep, 0) if keep else len(text)
    try:
        data = pybase64.b64decode(memoryview(text)[:whole], validate=True)
    except ValueError:
        return None, text
    return (data if not keep or len(data) == whole // 4 * 3 else None), text[whole:]
