"""Who fetched which stored picture, when: for whoever asks what became of his photograph.

Nobody is named: an address is kept as a keyed hash of address and day, so that two fetches of one day can be seen to
come from one place, and nobody can tell from which, nor follow it to the next day.
"""

import asyncio
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple

import structlog
from sqlalchemy import (
    CheckConstraint,
    Column,
    Integer,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    select,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.commerce.files.links import Audience
from makeline.foundation.apart import start_apart
from makeline.foundation.columns import UtcTime, Word, identity, metadata, one_of, reference_to
from makeline.foundation.metrics import ACCESSES_NOT_KEPT
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork

_log = structlog.get_logger()
_PAUSE = 1.0
_MOST_WAITING = 2000
_PLACE_DIGITS = 16

file_accesses = Table(
    "file_accesses",
    metadata,
    identity(),
    reference_to("stored_files", "file_id"),
    Column("audience", Word(Audience), nullable=False),
    Column("place", Text, nullable=False),
    Column("times", Integer, nullable=False),
    Column("first_at", UtcTime(), nullable=False),
    Column("last_at", UtcTime(), nullable=False),
    # A place is another one every day: one row for each file, audience, place and day.
    UniqueConstraint("file_id", "audience", "place"),
    one_of("audience", Audience),
    CheckConstraint("times > 0", name="happened"),
    CheckConstraint("last_at >= first_at", name="last_is_last"),
)

_A = file_accesses.c
_NEW = upsert(file_accesses).values(
    {name: bindparam(name, type_=_A[name].type) for name in ("id", "file_id", "audience", "place", "times")}
    | {"first_at": bindparam("first_at", type_=UtcTime()), "last_at": bindparam("last_at", type_=UtcTime())}
)
_KEEP = Change(
    _NEW.on_conflict_do_update(
        index_elements=["file_id", "audience", "place"],
        set_={"times": _A.times + _NEW.excluded.times, "last_at": _NEW.excluded.last_at},
    )
)
_FORGET = Change(delete(file_accesses).where(_A.last_at < bindparam("before")))


class Access(NamedTuple):
    """Fetches of one file from one place on one day."""

    id: int
    file_id: int
    audience: Audience
    place: str
    times: int
    first_at: datetime
    last_at: datetime


_OF_FILE = Query(
    select(file_accesses).where(_A.file_id == bindparam("file_id")).order_by(_A.first_at, _A.id), Access
)


@dataclass(slots=True)
class _Noted:
    times: int
    first_at: datetime
    last_at: datetime


class AccessBook:
    """The fetches of this process that are not written down yet; ``key`` hashes places. Waits for nothing."""

    def __init__(self, begin: Begin, key: bytes, *, pause: float = _PAUSE, most: int = _MOST_WAITING) -> None:
        self._begin = begin
        self._key = key
        self._pause = pause
        self._most = most
        self._waiting: dict[tuple[int, Audience, str], _Noted] = {}
        self._writing: asyncio.Task[None] | None = None

    def note(self, file_id: int, audience: Audience, address: str, now: datetime) -> None:
        """Somebody at this address was given the file."""
        text = f"{now:%Y-%m-%d} {address}".encode()
        key = file_id, audience, hmac.new(self._key, text, sha256).hexdigest()[:_PLACE_DIGITS]
        there = self._waiting.get(key)
        if there is not None:
            there.times += 1
            there.last_at = now
        elif len(self._waiting) >= self._most:
            ACCESSES_NOT_KEPT.inc()
        else:
            self._waiting[key] = _Noted(1, now, now)
        if self._writing is None:
            self._writing = start_apart(self._write_soon(), name="keep-accesses")

    async def settle(self) -> None:
        """Until all that was noted so far is written, or was lost in trying."""
        while self._writing is not None:
            await asyncio.wait({self._writing})

    async def _write_soon(self) -> None:
        await asyncio.sleep(self._pause)
        batch, self._waiting = list(self._waiting.items()), {}
        try:
            await self._begin(lambda unit: keep_accesses(unit, batch), actor="images")
        except Exception as error:
            ACCESSES_NOT_KEPT.inc(sum(noted.times for _, noted in batch))
            _log.warning("accesses_not_kept", files=len(batch), error=type(error).__name__)
        finally:
            more = bool(self._waiting)
            self._writing = start_apart(self._write_soon(), name="keep-accesses") if more else None


def keep_accesses(unit: UnitOfWork, batch: Sequence[tuple[tuple[int, Audience, str], _Noted]]) -> None:
    """Write fetches down, added to what is there."""
    for (file_id, audience, place), noted in batch:
        unit.put(
            _KEEP,
            id=unit.new_id(file_accesses),
            file_id=file_id,
            audience=audience,
            place=place,
            times=noted.times,
            first_at=noted.first_at,
            last_at=noted.last_at,
        )


def accesses_to(unit: Reading, file_id: int) -> list[Access]:
    """Who fetched a file, first things first."""
    return unit.all(_OF_FILE, file_id=file_id)


def forget_old_accesses(unit: UnitOfWork, *, older_than: timedelta) -> int:
    """Drop what is old; returns how many rows."""
    return unit.change(_FORGET, before=unit.now - older_than)
