"""An archive that is written while it is sent: each file goes out at once, nothing is kept but the list of names."""

import io
import tarfile
import zipfile
from datetime import datetime
from enum import StrEnum

from typing_extensions import Buffer


class ArchiveForm(StrEnum):
    """What an archive may be; the value is its suffix."""

    ZIP = "zip"
    TAR = "tar"

    @property
    def media_type(self) -> str:
        """As the documents name it."""
        return "application/zip" if self is ArchiveForm.ZIP else "application/x-tar"


class _Outgoing(io.RawIOBase):
    """Takes what the archive writes, until it is sent; cannot go back."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        part = bytes(data)
        self._parts.append(part)
        return len(part)

    def take(self) -> bytes:
        """What has been written since the last time."""
        taken, self._parts = b"".join(self._parts), []
        return taken


class OpenArchive:
    """An archive to which files are added; pictures are compressed already, so they are only stored."""

    def __init__(self, form: ArchiveForm, now: datetime) -> None:
        self._now = now
        self._out = _Outgoing()
        self._zip = zipfile.ZipFile(self._out, "w") if form is ArchiveForm.ZIP else None
        self._tar = tarfile.open(fileobj=self._out, mode="w|") if form is ArchiveForm.TAR else None  # noqa: SIM115

    def add(self, name: str, data: bytes) -> bytes:
        """The bytes to send for one more file."""
        if self._zip is not None:
            self._zip.writestr(zipfile.ZipInfo(name, self._now.timetuple()[:6]), data)
        if self._tar is not None:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mtime = len(data), int(self._now.timestamp())
            self._tar.addfile(entry, io.BytesIO(data))
        return self._out.take()

    def end(self) -> bytes:
        """The last bytes."""
        for archive in (self._zip, self._tar):
            if archive is not None:
                archive.close()
        return self._out.take()
