"""Files the partner was handed; a few, small, named by their content."""

import re
from hashlib import sha256
from pathlib import Path

from makeline.adapters.print_partner.simulator.refusals import Refused

_NAME = re.compile(r"[0-9a-f]{64}\.bin")
_MOST_FILES = 200


class Uploads:
    """A folder with at most 200 files of at most 10 MB."""

    LARGEST = 10 * 1024 * 1024

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, body: bytes) -> str:
        """Store the bytes; the same bytes have the same name."""
        if len(body) > self.LARGEST or sum(1 for _ in self._folder.iterdir()) >= _MOST_FILES:
            raise Refused("The file is too large", 413)
        name = f"{sha256(body).hexdigest()}.bin"
        (self._folder / name).write_bytes(body)
        return name

    def find(self, name: str) -> Path | None:
        """The file of that name, if there is one."""
        path = self._folder / name
        return path if _NAME.fullmatch(name) and path.is_file() else None
