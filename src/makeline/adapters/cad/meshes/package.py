"""A 3MF file is a zip archive; this opens one that a stranger made, member by member and never beyond its limits."""

import zipfile
from io import BytesIO
from pathlib import PurePosixPath

from makeline.parts.geometry.facts import Fault, UnusableFile

_MOST_MEMBERS = 1000
_MOST_BYTES = 256 * 1024 * 1024
_MOST_RATIO = 100
_ENCRYPTED = 1


class Package:
    """The members of an archive by name. Raises ``UnusableFile`` for an archive that is none or that bites."""

    def __init__(self, data: bytes | memoryview) -> None:
        try:
            self._archive = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
            raise UnusableFile(Fault.NOT_THE_TYPE, "this is no 3MF file: it is no zip archive") from error
        self._left = _MOST_BYTES
        members = self._archive.infolist()
        if len(members) > _MOST_MEMBERS:
            raise UnusableFile(Fault.TOO_LARGE, f"the archive has more than {_MOST_MEMBERS} members")
        for member in members:
            path = PurePosixPath(member.filename.replace("\\", "/"))
            if path.is_absolute() or ".." in path.parts:
                raise UnusableFile(Fault.BROKEN, "a member of the archive points outside it")
            if member.flag_bits & _ENCRYPTED:
                raise UnusableFile(Fault.BROKEN, "the archive is locked with a password")
        self._members = {member.filename.lower(): member for member in members}

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._members

    def read(self, name: str) -> bytes:
        """A member's bytes; counted while they are unpacked, whatever the archive says of their size."""
        member = self._members.get(name.lower())
        if member is None:
            raise UnusableFile(Fault.BROKEN, f"the archive has no {name}")
        most = min(self._left, _MOST_RATIO * max(member.compress_size, 1024))
        try:
            with self._archive.open(member) as source:
                found = source.read(most + 1)
        # Each way of packing has errors of its own besides those of the archive.
        except Exception as error:
            raise UnusableFile(Fault.BROKEN, "a member of the archive cannot be unpacked") from error
        if len(found) > most:
            raise UnusableFile(Fault.TOO_LARGE, "the archive unpacks to more than it may")
        self._left -= len(found)
        return found
