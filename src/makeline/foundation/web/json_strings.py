"""Texts of JSON in pieces: where they may be cut, and what they say."""

import re

from pydantic_core import from_json

# Characters and escapes that are whole; the second half of a character that is escaped in two belongs to its first.
_WHOLE = re.compile(
    rb'(?:[^"\\]++|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[0-9a-fA-F]{4}'
    rb"|\\u(?![dD][89abAB])[0-9a-fA-F]{4}|\\[^u\x00-\x1f])*+",
    re.DOTALL,
)
LONGEST_ESCAPE = 12


class BrokenText(Exception):
    """No JSON has such a text."""


def end_of_whole(data: bytes, start: int, stop: int) -> int:
    """Up to where between both the text is whole: its quote, an escape that is cut in two, or ``stop``."""
    quote = data.find(b'"', start, stop)
    end = stop if quote < 0 else quote
    if data.find(b"\\", start, end) < 0:
        return end if quote >= 0 else max(start, _character_end(data, stop))
    found = _WHOLE.match(data, start, stop)
    end = found.end() if found else start
    return end if end < stop else max(start, _character_end(data, stop))


def text_of(piece: bytes) -> str:
    """What a whole piece says; raises ``BrokenText``."""
    try:
        return from_json(b'"%b"' % piece)
    except ValueError:
        raise BrokenText from None


def _character_end(data: bytes, stop: int) -> int:
    """Before a character of several bytes that is cut in two at ``stop``."""
    for back in range(1, min(3, stop) + 1):
        byte = data[stop - back]
        if byte < 0x80:
            break
        if byte >= 0xC0:
            length = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return stop - back if back < length else stop
    return stop
