"""Links that were given away lose their power before their time: whatever was made up to now opens nothing."""

from datetime import datetime

from sqlalchemy import bindparam, update

from makeline.commerce.files.models import StoredFile, stored_files
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

_TOPIC = "file:"
_VOID = Change(
    update(stored_files)
    .where(stored_files.c.name == bindparam("file_name"))
    .values(links_ended_at=bindparam("now"))
)


def void_links(unit: UnitOfWork, name: str) -> None:
    """Only links made from the next second on open this file; the bytes stay."""
    unit.put(_VOID, file_name=name, now=unit.now)
    touch_file(unit, name)


def touch_file(unit: UnitOfWork, name: str) -> None:
    """After the commit, nobody answers this file from memory."""
    unit.touch(_TOPIC + name)


def file_of_topic(topic: str) -> str | None:
    """The name of the file that a topic is about, if it is about one."""
    return topic.removeprefix(_TOPIC) if topic.startswith(_TOPIC) else None


def is_void(file: StoredFile, made_at: datetime) -> bool:
    """Whether a link made at this whole second was made too early."""
    return file.links_ended_at is not None and made_at <= file.links_ended_at
