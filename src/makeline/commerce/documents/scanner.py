"""The port to whoever knows malicious bytes when he sees them."""

from typing import Protocol

from makeline.kernel.errors import Unavailable


class ScannerAway(Unavailable):
    """The scanner does not answer; nothing is taken that was not looked through."""

    code = "SCANNER_AWAY"


class Scanner(Protocol):
    """Looks through bytes before they are stored."""

    async def scan(self, data: bytes) -> str | None:
        """What was found, by its name, or None; raises ``ScannerAway``."""
        ...
