"""A JSON object with one long text in base64: taken apart while it comes, so that neither is ever whole in memory.

What is no text is kept as it came, and so is a text that is short; in the place of the long one stands a mark. In the
end the strict reader of all our bodies reads what was kept, so what is no JSON, or the wrong kind of it, is refused as
in any other body. A text that is too long for any field is checked while it comes, and its beginning kept.
"""

import secrets
from collections.abc import Callable
from typing import Any

from makeline.foundation.web.base64_text import Base64Text
from makeline.foundation.web.body import LARGEST_JSON, BodyTooLarge, read_object
from makeline.foundation.web.json_strings import LONGEST_ESCAPE, BrokenText, end_of_whole, text_of
from makeline.foundation.web.turns import PIECE
from makeline.kernel.errors import FieldProblem, Invalid

_SPACES = b" \t\r\n"
_LINES = b"\r\n\t"
_NUL = rb"\u0000"
# No field of ours takes so many characters, not even where each is written as two escapes.
_LONGEST_KEPT = 32 * 1024
# Between texts each costs a little, so of what is no text less is taken apart in one turn.
_PIECE = 1024


class LongText:
    """Takes the body piece by piece; ``write`` gets what the text of ``field`` decodes to.

    ``restart`` is called before a text begins: of several under one name the last counts, as in any JSON.
    """

    def __init__(self, field: str, *, write: Callable[[bytes], None], restart: Callable[[], None]) -> None:
        self._field = field
        self._write, self._restart = write, restart
        self._kept = bytearray()
        # Of a text that is cut in two in a bad place.
        self._held = b""
        self._depth = 0
        # The first sign of the body; the last before a text, and those since the text before it.
        self._first, self._last, self._since = b"", b"", b""
        # Where among what is kept the present text begins, None between texts; whether it is a name, the one looked for.
        self._began: int | None = None
        self._names = self._named = False
        self._takes: Callable[[LongText, bytes], None] = LongText._keep
        self._base64, self._mark = Base64Text(write), ""
        self._broken = self._has_nul = False

    @property
    def piece(self) -> int:
        """How much of the body to feed at once."""
        return _PIECE if self._takes is LongText._keep else PIECE

    def feed(self, piece: bytes) -> None:
        """The next piece; raises ``BodyTooLarge``."""
        data, at = self._held + piece, 0
        self._held = b""
        try:
            while at < len(data) and not self._broken:
                at = self._between(data, at) if self._began is None else self._text(data, at)
        except BrokenText:
            self._broken = True
        if len(self._kept) > LARGEST_JSON:
            raise BodyTooLarge(f"besides its file the body may hold at most {LARGEST_JSON} bytes")

    def finish(self) -> dict[str, Any]:
        """The other fields, the long one having been base64; raises ``Invalid``."""
        if self._broken:
            raise Invalid(FieldProblem("body", "is not valid JSON"))
        fields = read_object(bytes(self._kept) + self._held)
        text = fields.pop(self._field, None)
        if text is None:
            raise Invalid(FieldProblem(self._field, "is required"))
        if not isinstance(text, str):
            raise Invalid(FieldProblem(self._field, "must be text in base64"))
        if not self._base64.good or text != self._mark:
            raise Invalid(FieldProblem(self._field, "is not base64"))
        return fields

    def _between(self, data: bytes, at: int) -> int:
        quote = data.find(b'"', at)
        end = len(data) if quote < 0 else quote
        between = data[at:end]
        self._kept += between
        signs = between.strip(_SPACES)
        if signs:
            self._first = self._first or signs[:1]
            self._last, self._since = signs[-1:], (self._since + signs)[:2]
            self._depth += signs.count(b"{") + signs.count(b"[") - signs.count(b"}") - signs.count(b"]")
        if quote < 0:
            return end
        self._begin()
        return quote + 1

    def _begin(self) -> None:
        self._kept += b'"'
        self._began = len(self._kept)
        of_the_object = self._depth == 1 and self._first == b"{"
        self._names = of_the_object and self._last in (b"{", b",")
        if self._named and self._since == b":":
            self._takes = LongText._decode
            self._mark = secrets.token_hex(16)
            self._kept += self._mark.encode()
            self._base64 = Base64Text(self._write)
            self._restart()
        self._named, self._since = False, b""

    def _text(self, data: bytes, at: int) -> int:
        end = end_of_whole(data, at, len(data))
        closed = data[end : end + 1] == b'"'
        if not closed:
            self._held = data[end:]
            if len(self._held) > LONGEST_ESCAPE:
                raise BrokenText
        if end > at:
            self._takes(self, data[at:end])
        if not closed:
            return len(data)
        self._close()
        return end + 1

    def _close(self) -> None:
        if self._takes is LongText._decode:
            self._base64.finish()
        if self._has_nul:
            self._kept += _NUL
        if self._names and self._takes is LongText._keep:
            self._named = self._is_name(bytes(self._kept[self._began :]))
        self._kept += b'"'
        self._began, self._has_nul = None, False
        self._last, self._takes = b'"', LongText._keep

    def _is_name(self, text: bytes) -> bool:
        return text == self._field.encode() or (b"\\" in text and text_of(text) == self._field)

    def _keep(self, piece: bytes) -> None:
        room = _LONGEST_KEPT - (len(self._kept) - (self._began or 0))
        end = end_of_whole(piece, 0, room) if len(piece) > room else len(piece)
        self._kept += piece[:end]
        if end < len(piece):
            self._takes = LongText._check
            self._check(piece[end:])

    def _check(self, piece: bytes) -> None:
        self._said(piece)

    def _decode(self, piece: bytes) -> None:
        # Lines may be broken as they are, which no other text of JSON may.
        if b"\\" in piece:
            said = self._said(piece.translate(None, _LINES))
            if self._base64.good:
                self._base64.feed(said.encode("ascii", "replace"))
            return
        plain = self._base64.good and self._base64.begun
        if self._base64.good:
            self._base64.feed(piece)
        if not (plain and self._base64.good and self._base64.is_plain):
            self._said(piece.translate(None, _LINES))

    def _said(self, piece: bytes) -> str:
        said = text_of(piece)
        self._has_nul = self._has_nul or "\0" in said
        return said
