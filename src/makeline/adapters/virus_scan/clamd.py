"""clamd over its socket: the bytes go as a stream of chunks, the answer is one line. Implements ``Scanner``."""

import asyncio
import struct

from makeline.commerce.documents.scanner import ScannerAway

_CHUNK = 64 * 1024
_LONGEST_LINE = 4096
_PATIENCE = 20.0


class ClamdScanner:
    """``address``: ``host:port``, or the path of a socket."""

    def __init__(self, address: str, *, patience: float = _PATIENCE) -> None:
        self._address = address
        self._patience = patience

    async def scan(self, data: bytes) -> str | None:
        """The name of what was found, or None; raises ``ScannerAway``."""
        try:
            async with asyncio.timeout(self._patience):
                line = await self._ask(data)
        except (OSError, TimeoutError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            raise ScannerAway("files cannot be looked through at the moment", retry_after=30) from error
        if line.endswith(": OK"):
            return None
        if line.endswith(" FOUND"):
            return line.partition(": ")[2].removesuffix(" FOUND") or "unknown"
        raise ScannerAway("files cannot be looked through at the moment", retry_after=30)

    async def _ask(self, data: bytes) -> str:
        reader, writer = await self._connect()
        try:
            writer.write(b"zINSTREAM\0")
            for start in range(0, len(data), _CHUNK):
                chunk = data[start : start + _CHUNK]
                writer.write(struct.pack("!L", len(chunk)) + chunk)
                await writer.drain()
            writer.write(struct.pack("!L", 0))
            await writer.drain()
            answer = await reader.readuntil(b"\0")
        finally:
            writer.close()
        return answer.rstrip(b"\0\n").decode("utf-8", "replace")

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("/"):
            return await asyncio.open_unix_connection(self._address, limit=_LONGEST_LINE)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port), limit=_LONGEST_LINE)
