"""A form that brings one file: taken apart while it comes, its file handed on at once."""

import io
from collections.abc import Callable
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from makeline.foundation.web.turns import PIECE
from makeline.kernel.errors import FieldProblem, Invalid

_MOST_FIELDS = 16
_LONGEST_FIELD = 256 * 1024


class FormFile:
    """Takes a form piece by piece; the file is what comes under ``file`` or ``field``: its bytes go to ``write``."""

    def __init__(self, content_type: str, field: str, *, write: Callable[[bytes], None]) -> None:
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise _malformed("its boundary is missing")
        # What the parser calls knows nothing of the parser: a ring would keep the file until somebody looks for garbage.
        self._parts = _Parts(write)
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._parts.begin,
                "on_header_field": self._parts.head_name,
                "on_header_value": self._parts.head_value,
                "on_header_end": self._parts.head,
                "on_headers_finished": self._parts.heads,
                "on_part_data": self._parts.data,
                "on_part_end": self._parts.end,
            },
        )
        self._names = ("file", field)
        self.piece = PIECE

    def feed(self, piece: bytes) -> None:
        """The next piece; raises ``Invalid``, and whatever ``write`` does."""
        try:
            self._parser.write(piece)
        except FormParserError:
            raise _malformed("it cannot be taken apart") from None

    def finish(self) -> dict[str, Any]:
        """The other fields, with the file's name as ``file_name`` unless the form says another; raises ``Invalid``."""
        try:
            self._parser.finalize()
        except FormParserError:
            raise _malformed("it ends too soon") from None
        fields, files = self._parts.fields, self._parts.files
        for name in self._names:
            if name in files:
                if files[name]:
                    fields.setdefault("file_name", files[name])
                return fields
        raise Invalid(FieldProblem("file", "is missing"))


class _Parts:
    """What the parser finds."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        # What each file is called; there is one at most.
        self.files: dict[str, str] = {}
        self.fields: dict[str, Any] = {}
        self.begin()

    def begin(self) -> None:
        self._part, self._name, self._called = io.BytesIO(), "", None
        self._disposition = b""
        # The parser itself bounds how long they are, and how many.
        self._one_head, self._value = b"", b""

    def head_name(self, data: bytes, start: int, end: int) -> None:
        self._one_head += data[start:end]

    def head_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def head(self) -> None:
        if self._one_head.lower() == b"content-disposition":
            self._disposition = self._value
        self._one_head = self._value = b""

    def heads(self) -> None:
        options = parse_options_header(self._disposition)[1]
        if b"name" not in options:
            raise _malformed("a part of it has no name")
        self._name = _text(options[b"name"])
        self._called = _text(options[b"filename"]) if b"filename" in options else None
        if self._called is not None and self.files:
            raise _malformed("it brings more than one file")
        if self._called is None and len(self.fields) >= _MOST_FIELDS:
            raise _malformed(f"it has more than {_MOST_FIELDS} fields")

    def data(self, data: bytes, start: int, end: int) -> None:
        if self._called is not None:
            self._write(data[start:end])
        elif self._part.write(memoryview(data)[start:end]) and self._part.tell() > _LONGEST_FIELD:
            raise _malformed(f"a field of it is longer than {_LONGEST_FIELD} bytes")

    def end(self) -> None:
        if self._called is None:
            self.fields[self._name] = _text(self._part.getvalue())
        else:
            self.files[self._name] = self._called


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _malformed(why: str) -> Invalid:
    return Invalid(FieldProblem("file", f"the form is malformed: {why}"))
