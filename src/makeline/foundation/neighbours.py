"""Who of our neighbours is away, and since when: one row for each, read by every process.

A neighbour is a service of somebody else that a shop leans on: the storage, the print partner, the payment gateway, the
CRM, the mail server, the virus scanner, whoever makes styled pictures. Rows are written when one goes or comes back, so
asking costs nothing: everybody keeps them in memory.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import CheckConstraint, Column, Table, Text, bindparam, select
from sqlalchemy.dialects.postgresql import insert as upsert

from makeline.foundation.columns import UtcTime, metadata
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork

STORAGE = "storage"
PRINT_PARTNER = "print_partner"
PAYMENTS = "payments"
CRM = "crm"
MAIL = "mail"
VIRUS_SCAN = "virus_scan"
STYLIST = "stylist"
# A stylist for whom nobody stands in: while he is away no style is on offer.
STYLES = "styles"
NEIGHBOURS = (STORAGE, PRINT_PARTNER, PAYMENTS, CRM, MAIL, VIRUS_SCAN, STYLIST, STYLES)

TOPIC = "neighbours"
_LONGEST_TROUBLE = 300

neighbours = Table(
    "neighbours",
    metadata,
    Column("name", Text, primary_key=True),
    # What went wrong, for staff; null while he is there.
    Column("trouble", Text),
    # When he went, or came back.
    Column("since_at", UtcTime(), nullable=False),
    CheckConstraint("trouble <> ''", name="trouble_says_something"),
)


class Standing(NamedTuple):
    """How a neighbour is since ``since_at``: ``trouble`` says what is wrong, None: he is there."""

    name: str
    trouble: str | None
    since_at: datetime


_ALL = Query(select(neighbours), Standing)
_INSERT = upsert(neighbours).values(
    {name: bindparam(name, type_=neighbours.c[name].type) for name in ("name", "trouble", "since_at")}
)
# Who is away already stays away since then, whatever the next says of it.
_CHANGE = Change(
    _INSERT.on_conflict_do_update(
        index_elements=["name"],
        set_={name: _INSERT.excluded[name] for name in ("trouble", "since_at")},
        where=neighbours.c.trouble.is_(None).is_distinct_from(_INSERT.excluded.trouble.is_(None)),
    )
)


def standings(unit: Reading) -> Mapping[str, Standing]:
    """Every neighbour that ever was away, by name."""
    return unit.snapshot(TOPIC, lambda reading: {one.name: one for one in reading.all(_ALL)})


def away(unit: Reading, name: str) -> Standing | None:
    """The standing of a neighbour who is away; None while he is there."""
    standing = standings(unit).get(name)
    return standing if standing is not None and standing.trouble is not None else None


def note_away(unit: UnitOfWork, name: str, trouble: str) -> bool:
    """He is away from now on; False when that was known. ``trouble`` must hold nothing secret."""
    return _note(unit, name, trouble[:_LONGEST_TROUBLE] or "no answer")


def note_back(unit: UnitOfWork, name: str) -> bool:
    """He is there again; False when nobody missed him."""
    return _note(unit, name, None)


def _note(unit: UnitOfWork, name: str, trouble: str | None) -> bool:
    changed = unit.change(_CHANGE, name=name, trouble=trouble, since_at=unit.now) > 0
    if changed:
        unit.touch(TOPIC)
    return changed
