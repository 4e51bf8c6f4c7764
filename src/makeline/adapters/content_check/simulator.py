"""A stand-in for a content check: doubts what holds a mark that no picture has by itself, as scanners of viruses do."""

from collections.abc import Sequence

MARK = b"MAKELINE-TEST-CONTENT-OF-DOUBT"


class SimulatedChecker:
    """Implements ``ContentChecker``."""

    async def doubts(self, print_file: bytes) -> Sequence[str]:
        """See ``ContentChecker``."""
        return ("marked for a test",) if MARK in print_file else ()
