"""How large a file may be: a shop takes more of a file that is sent straight to the storage."""

from dataclasses import dataclass

from makeline.parts.geometry.file_type import FileType

# Of a file inside a request.
MOST_TRIANGLES = 1_300_000
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class FileLimits:
    """``triangles`` of a file inside a request, and of one that was sent to the storage; bytes of the latter."""

    triangles: int = MOST_TRIANGLES
    triangles_direct: int = 5_000_000
    direct_bytes: int = 256 * _MIB
    step_bytes: int = 64 * _MIB

    def most_triangles(self, *, is_direct: bool) -> int:
        """Of a file that came this way."""
        return self.triangles_direct if is_direct else self.triangles

    def most_direct_bytes(self, kind: FileType) -> int:
        """Of a file that is sent to the storage."""
        return min(self.direct_bytes, self.step_bytes) if kind is FileType.STEP else self.direct_bytes
