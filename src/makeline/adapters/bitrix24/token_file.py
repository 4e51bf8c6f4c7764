"""The tokens that a portal has granted, in a file for its owner's eyes only; several processes share it."""

import asyncio
import fcntl
import json
import os
import secrets
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple


class Tokens(NamedTuple):
    """What was granted last; ``ends_at`` in seconds since 1970 is when ``access`` ends. Neither is ever shown."""

    access: str
    refresh: str
    ends_at: float


class TokenFile:
    """``place`` need not exist yet; its folder is made with it."""

    def __init__(self, place: Path) -> None:
        self._place = place
        self._mine = asyncio.Lock()

    def read(self) -> Tokens | None:
        """What is granted now; None before anybody has let us in."""
        try:
            kept = json.loads(self._place.read_text())
            return Tokens(str(kept["access"]), str(kept["refresh"]), float(kept["ends_at"]))
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def write(self, tokens: Tokens) -> None:
        """Whole or not at all, and on the disk before it is used: an old token cannot be renewed twice."""
        self._place.parent.mkdir(parents=True, exist_ok=True)
        draft = self._place.with_name(f".{self._place.name}-{secrets.token_hex(8)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(tokens._asdict(), file)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._place)

    @asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Nobody else renews meanwhile, in this process or in another one of this machine."""
        async with self._mine:
            self._place.parent.mkdir(parents=True, exist_ok=True)
            beside = self._place.with_suffix(".lock")
            handle = os.open(beside, os.O_WRONLY | os.O_CREAT, 0o600)
            try:
                await asyncio.to_thread(fcntl.flock, handle, fcntl.LOCK_EX)
                yield
            finally:
                os.close(handle)
