"""What may be shown again of what somebody sent: enough to see the mistake, no secret, nobody's data."""

import re
from typing import Any

from makeline.cases.machines.keys import KEY_START

# Whole keys keep the part that may be seen; signing secrets, signatures and tokens of links keep nothing.
_KEY = re.compile(rf"({KEY_START}[0-9A-Za-z]{{1,8}})[0-9A-Za-z_]*")
# The names of stored pictures are as long, open nothing, and end as pictures do.
_SECRET = re.compile(
    r"ms_[0-9A-Za-z]+|\b(?:[0-9a-fA-F]{32,}|[A-Za-z0-9+/-]{40,})\b(?!\.(?:png|jpe?g|webp))={0,2}"
)
_IN_QUERY = re.compile(r"(?i)\b(token|key|\bsign|signature|secret|password|account)=[^&\s]+")
# Bounded: a pattern that looks for the mark from every letter on is slow on long texts.
_E_MAIL = re.compile(r"[^\s@\"'<>]{1,64}@[^\s@\"'<>]{1,100}")
_NUMBER_OF_A_PERSON = re.compile(r"(?<![\w.-])(?!\d{4}-\d\d-\d\d)\+?[0-9][0-9 ()-]{8,}[0-9](?![\w.-])")

# Words and ids as programs write them; whatever has spaces, letters of other scripts or is long may be about somebody.
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:+-]{0,39}", re.ASCII)
_ABOUT_SOMEBODY = re.compile(
    r"(?i)name|mail|phone|tel|address|addr|customer|user|text|note|message|token|key|\bsign|secret|password|account"
    r"|card|iban|transaction|location|\bip\b|ip_"
)
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,119}", re.ASCII)
_LONGEST_TEXT = 300
_LONGEST_NAME = 120
_LONGEST_ADDRESS = 2000


def redacted_address(text: str) -> str:
    """A path or a query without keys and tokens; all the rest as it came, up to 2,000 characters."""
    return _SECRET.sub("…", _KEY.sub(r"\1…", _IN_QUERY.sub(r"\1=…", text[:_LONGEST_ADDRESS])))


def redacted_text(text: str) -> str:
    """A sentence or an address without keys, tokens, e-mail addresses and telephone numbers; at most 300 characters."""
    text = redacted_address(text[: 2 * _LONGEST_TEXT])
    if "@" in text:
        text = _E_MAIL.sub("…", text)
    text = _NUMBER_OF_A_PERSON.sub("…", text)
    return "".join(letter for letter in text if letter.isprintable() or letter == "\n")[:_LONGEST_TEXT]


def redacted_name(text: str) -> str:
    """A name in a path or of a field; at most 120 characters."""
    if _ID.fullmatch(text):
        # What nearly all of them are: nobody is called like that.
        return _SECRET.sub("…", _KEY.sub(r"\1…", text))
    return redacted_text(text)[:_LONGEST_NAME]


def redacted_value(field: str, value: Any) -> Any:
    """A value as it may be shown beside the name of its field: numbers, words and ids as they are, the rest described."""
    if value is None or isinstance(value, bool):
        return value
    if _ABOUT_SOMEBODY.search(field):
        return _described(value)
    if isinstance(value, int | float):
        return value if abs(value) < 10**12 else "a very large number"
    if isinstance(value, str) and (not value or _PLAIN.fullmatch(value)):
        return redacted_text(value)
    return _described(value)


def _described(value: Any) -> str:
    match value:
        case str():
            return f"a text of {len(value)} characters"
        case list() | tuple():
            return f"a list of {len(value)}"
        case dict():
            return f"an object with {len(value)} fields"
        case _:
            return "a number"
