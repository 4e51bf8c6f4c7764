"""Base64 that comes in pieces: decoded as it comes; lines, as e-mail breaks them, and ``data:...,`` are allowed."""

from collections.abc import Callable

import pybase64

_SPACES = b"\r\n\t "
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_LONGEST_PREFIX = 200


class Base64Text:
    """``good`` until something comes that is no base64; ``begun`` once it is known whether there is a prefix. What is
    ``held`` back is still to be decoded."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self.begun = False
        self.held = b""
        self.good = True

    def feed(self, text: bytes) -> None:
        """The next piece of the text."""
        text = self.held + text
        if not self.begun:
            if len(text) < _LONGEST_PREFIX:
                self.held = text
                return
            text = self._without_prefix(text)
        # What fills up the last four characters ends the text, so they are kept back until it does.
        self._decode(text, keep=4)

    def finish(self) -> bool:
        """The text has ended; whether it was base64."""
        if self.good:
            self._decode(self.held if self.begun else self._without_prefix(self.held), keep=0)
        return self.good

    @property
    def is_plain(self) -> bool:
        """Whether nothing is held back but what base64 is made of."""
        return not self.held.translate(None, _LETTERS)

    def _without_prefix(self, text: bytes) -> bytes:
        """``data:model/stl;base64,``, as a browser writes it."""
        self.begun = True
        return text[text.find(b",", 0, _LONGEST_PREFIX) + 1 :] if text.startswith(b"data:") else text

    def _decode(self, text: bytes, *, keep: int) -> None:
        data, self.held = _strictly(text, keep)
        if data is None:
            data, self.held = _strictly(text.translate(None, _SPACES), keep)
        if data is None:
            # Whatever else is no base64 is not passed over in silence.
            self.good, self.held = False, b""
        elif data:
            self._write(data)


def _strictly(text: bytes, keep: int) -> tuple[bytes | None, bytes]:
    """What the text decodes to but for its last ``keep`` characters and those that make no four; then these."""
    whole = max(len(text) - len(text) % 4 - keep, 0) if keep else len(text)
    try:
        data = pybase64.b64decode(memoryview(text)[:whole], validate=True)
    except ValueError:
        return None, text
    return (data if not keep or len(data) == whole // 4 * 3 else None), text[whole:]
