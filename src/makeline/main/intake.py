"""How CAD files are taken in, as the settings have it."""

from makeline.commerce.files.storage import Storage
from makeline.foundation.settings import Settings
from makeline.foundation.spool import Spool
from makeline.foundation.unit_of_work import Begin
from makeline.parts.geometry.arrive import Quota
from makeline.parts.geometry.limits import FileLimits
from makeline.parts.geometry.reader import PartReader
from makeline.parts.geometry.take_in import Intake

_MIB = 1024 * 1024


def intake_of(settings: Settings, begin: Begin, storage: Storage, reader: PartReader) -> Intake:
    """Everything that taking in a file needs."""
    spool = Spool(settings.spool)
    return Intake(begin, storage, reader, quota_of(settings), file_limits_of(settings), spool=spool)


def quota_of(settings: Settings) -> Quota:
    """What an account may keep."""
    return Quota(settings.parts.quota_files, settings.parts.quota_megabytes * _MIB)


def file_limits_of(settings: Settings) -> FileLimits:
    """How large a CAD file may be."""
    parts = settings.parts
    return FileLimits(
        triangles=parts.most_triangles,
        triangles_direct=parts.most_triangles_direct,
        direct_bytes=parts.largest_direct_upload_megabytes * _MIB,
    )
