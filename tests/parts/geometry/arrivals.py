"""How tests send CAD files."""

import base64
import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from makeline.commerce.accounts.sign_up import NewUser, add_admin
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.parts.geometry.arrive import Arrival
from makeline.parts.geometry.file_type import FileType
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import access_part_file
from makeline.parts.geometry.viewer import Viewer
from tests.given import Given

STL = b"solid cube"


@dataclass(frozen=True)
class People:
    """Three accounts that nobody signs in to, as viewers."""

    anna: Viewer
    stranger: Viewer
    clerk: Viewer

    @property
    def owner_id(self) -> int:
        assert self.anna.user_id is not None
        return self.anna.user_id


async def people_move_in(given: Given) -> People:
    def move_in(unit: UnitOfWork) -> list[int]:
        return [
            add_admin(unit, NewUser(name, ""), password_hash="$argon2id$nobody", further=True)
            for name in ("anna", "stranger", "clerk")
        ]

    anna, stranger, clerk = await given.database.begin(move_in, actor="test")
    return People(Viewer(anna), Viewer(stranger), Viewer(clerk, sees_all=True))


def arrival_of(data: bytes, **changes: Any) -> Arrival:
    fields: dict[str, Any] = {
        "original_name": "bracket.stl",
        "description": "",
        "type": FileType.STL,
        "size_bytes": len(data),
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return Arrival(**{**fields, **changes})


def guests_arrival(given: Given, data: bytes, token_hash: str) -> Arrival:
    week = given.clock.now + timedelta(days=7)
    return arrival_of(data, owner_id=None, token_hash=token_hash, expires_at=week)


async def taken_in(given: Given, data: bytes, **changes: Any) -> PartFile:
    return await given.intake.take_in(arrival_of(data, **changes), data, actor="anna")


async def seen(given: Given, file: PartFile, viewer: Viewer) -> PartFile:
    return await given.database.read(lambda unit: access_part_file(unit, viewer, file.id))


def upload_of(data: bytes = STL, name: str = "bracket.stl", **fields: Any) -> dict[str, Any]:
    return {"file_name": name, "file_data": base64.b64encode(data).decode(), **fields}
