"""Which version of his documents a caller reads. It decides only where one field has two types."""

from enum import StrEnum

from starlette.requests import Request

from makeline.cases.machines.callers import Caller
from makeline.cases.machines.partners import version_read_by
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.front import BASE


class Version(StrEnum):
    """The partner's documents."""

    V2_1 = "2.1"
    V2_2 = "2.2"

    @property
    def in_full(self) -> str:
        """As the documents write it."""
        return f"{self.value}.0"


BASES = tuple(f"v{version}" for version in Version)
"""Last steps of base addresses that name a version."""

_HEADER = "x-api-version"


def stated_version(request: Request) -> Version | None:
    """What the call itself says: by its base address, else by its header; None when it says nothing we know."""
    said = request.scope.get(BASE) or request.headers.get(_HEADER, "")
    number = said.strip().lower().removeprefix("v")
    for version in Version:
        if number in (version.value, version.in_full):
            return version
    return None


def version_for(unit: Reading, request: Request, caller: Caller) -> Version:
    """What the call says, else what the partner is known to read, else the newest."""
    stated = stated_version(request)
    if stated is not None:
        return stated
    known = version_read_by(unit, caller.partner_id) if caller.partner_id is not None else None
    return Version(known) if known else Version.V2_2
