"""A customer announces a file: it gets a place in his quota, and an address to send its bytes to."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from makeline.commerce.files.names import shown_name
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid
from makeline.parts.geometry.arrive import Quota, must_have_room
from makeline.parts.geometry.file_type import type_by_name
from makeline.parts.geometry.limits import FileLimits
from makeline.parts.geometry.uploads import PartUpload, part_uploads


@dataclass(frozen=True, slots=True)
class Announcement:
    """What a customer says of a file before he sends it; ``sha256`` in hex, if he says it."""

    file_name: str
    size_bytes: int
    sha256: str | None = None
    description: str = ""


def announce_upload(
    unit: UnitOfWork,
    owner_id: int,
    said: Announcement,
    *,
    quota: Quota,
    limits: FileLimits,
    valid_for: timedelta,
) -> PartUpload:
    """The upload; raises ``UnusableFile`` for a name of no known type, ``Invalid``, and ``QuotaFull``."""
    kind = type_by_name(said.file_name)
    most = limits.most_direct_bytes(kind)
    if said.size_bytes > most:
        problem = f"a {kind.value.upper()} file may hold at most {most} bytes"
        raise Invalid(FieldProblem("file_size", problem, said.size_bytes))
    must_have_room(unit, owner_id, said.size_bytes, quota)
    upload = PartUpload(
        id=unit.new_id(part_uploads),
        owner_id=owner_id,
        sent_as=f"incoming-{secrets.token_hex(16)}",
        original_name=shown_name(said.file_name),
        description=said.description,
        type=kind,
        size_bytes=said.size_bytes,
        sha256=said.sha256.lower() if said.sha256 else None,
        file_id=None,
        announced_at=unit.now,
        expires_at=unit.now + valid_for,
    )
    unit.add(part_uploads, **upload._asdict())
    return upload
