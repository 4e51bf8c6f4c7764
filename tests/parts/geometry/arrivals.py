"""How tests send CAD files."""

import hashlib
from datetime import timedelta
from typing import Any

from makeline.parts.geometry.arrive import Arrival
from makeline.parts.geometry.file_type import FileType
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import Viewer, access_part_file
from tests.given import Given

OWNER = 7
ANNA = Viewer(user_id=OWNER)
STRANGER = Viewer(user_id=8)
STAFF = Viewer(user_id=1, sees_all=True)


def arrival_of(data: bytes, **changes: Any) -> Arrival:
    fields: dict[str, Any] = {
        "original_name": "bracket.stl",
        "description": "",
        "type": FileType.STL,
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
        "owner_id": OWNER,
    }
    return Arrival(**{**fields, **changes})


def guests_arrival(given: Given, data: bytes, token_hash: str) -> Arrival:
    week = given.clock.now + timedelta(days=7)
    return arrival_of(data, owner_id=None, token_hash=token_hash, expires_at=week)


async def taken_in(given: Given, data: bytes, **changes: Any) -> PartFile:
    return await given.intake.take_in(arrival_of(data, **changes), data, actor="anna")


async def seen(given: Given, file: PartFile, viewer: Viewer = ANNA) -> PartFile:
    return await given.database.read(lambda unit: access_part_file(unit, viewer, file.id))
