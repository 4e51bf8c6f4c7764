"""What fuzzing found worth keeping: bytes that take ways of their own through a reader, as archives in ``tests/samples``."""

import zipfile
from pathlib import Path

CORPUS = Path(__file__).parents[2] / "samples" / "fuzzed"


def kept_corpus(reader: str) -> list[bytes]:
    """The kept inputs of one reader, the shortest first; none when it was never fuzzed."""
    path = CORPUS / f"{reader}.zip"
    if not path.exists():
        return []
    with zipfile.ZipFile(path) as archive:
        return [archive.read(name) for name in archive.namelist()]
