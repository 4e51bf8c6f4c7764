"""Names of files as strangers send them, made fit to be shown, stored and sent back in a header."""

import re
from pathlib import PurePosixPath
from urllib.parse import quote

LONGEST_NAME = 200
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+')


def shown_name(sent: str) -> str:
    """The last step of a path, without what is no letter of a name; never empty, at most 200 characters."""
    last = sent.replace("\\", "/").rsplit("/", 1)[-1]
    plain = _UNSAFE.sub("_", last).strip(" .") or "file"
    if len(plain) <= LONGEST_NAME:
        return plain
    suffix = PurePosixPath(plain).suffix[:20]
    return plain[: LONGEST_NAME - len(suffix)] + suffix


def as_attachment(name: str) -> str:
    """The header that makes a browser save the file under its name, whatever letters it has."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_").replace('"', "_").replace("\\", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
