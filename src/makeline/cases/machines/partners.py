"""Questions about partners."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.machines.models import partners
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

# The partner of the sample shop; the embedded default takes callers on this machine for him.
DEMO_PARTNER = "demo"


class _Id(NamedTuple):
    id: int


_BY_NAME = Query(select(partners.c.id).where(partners.c.name == bindparam("name")), _Id)


def demo_partner(unit: Reading) -> int | None:
    """The id of the sample shop's partner, if there is one."""
    row = unit.first(_BY_NAME, name=DEMO_PARTNER)
    return row.id if row else None
