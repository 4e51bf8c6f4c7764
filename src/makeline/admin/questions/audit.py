"""Who changed what, and when: every table in which a room keeps that, read as one list."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Select,
    bindparam,
    case,
    literal,
    literal_column,
    null,
    select,
    tuple_,
)

from makeline.cases.catalog.models import offer_changes
from makeline.cases.machines.models import machines
from makeline.cases.stock.models import MovementKind, stock_items, stock_movements
from makeline.crm.stage_models import crm_stage_tables
from makeline.foundation.anomalies import anomalies
from makeline.foundation.columns import UtcTime
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.catalog.models import rate_cards

_LARGEST_ID = 2**53


class Entry(NamedTuple):
    """One change. ``source`` is the table that keeps it, ``subject`` its number or name there, ``field`` what of it
    changed where that is not the state."""

    id: int
    at: datetime
    noun: str
    subject: str
    field: str | None
    before: str | None
    after: str
    actor: str
    cause: str | None
    source: str


class Cursor(NamedTuple):
    """The last entry of a page: the next one begins behind it."""

    at: datetime
    source: str
    id: int


class Wish(NamedTuple):
    """What is looked for; empty and None mean anything. ``subject`` goes with ``noun``; ``people``: nothing that machines
    and the house itself did."""

    noun: str = ""
    subject: str = ""
    actor: str = ""
    since: datetime | None = None
    until: datetime | None = None
    people: bool = False


class _Source(NamedTuple):
    """One table: what of it makes an entry, and what it may be asked by."""

    rows: Select[*tuple[Any, ...]]
    id: ColumnElement[int]
    at: ColumnElement[datetime]
    actor: ColumnElement[str]
    # Its nouns, when they are always the same; None: as the row says.
    noun: str | None
    subject: ColumnElement[Any]
    # What the subject is compared with is a number.
    numbered: bool


_M, _O, _R, _T, _A, _S = (
    moves.c, offer_changes.c, rate_cards.c, crm_stage_tables.c, anomalies.c, stock_movements.c
)  # fmt: skip
_TEXT = _O.item.type
_NOTHING = null().cast(_TEXT)


def _word(text: str) -> ColumnElement[str]:
    return literal_column(f"'{text}'")


_BY_HAND = _S.kind != literal(MovementKind.TAKEN.value, _TEXT)
_SOURCES: Mapping[str, _Source] = {
    "moves": _Source(
        select(
            *(_M.id, _M.at, _M.noun, _M.subject_id.cast(_TEXT), _NOTHING, _M.from_state, _M.to_state),
            *(_M.actor, _M.cause),
        ),
        _M.id, _M.at, _M.actor, None, _M.subject_id, True,
    ),
    "offers": _Source(
        select(
            *(_O.id, _O.changed_at, _word("offer"), _O.kind.cast(_TEXT) + _word(" ") + _O.item),
            *(_O.field.cast(_TEXT), _O.old, _O.new, _O.changed_by, _O.reason),
        ),
        _O.id, _O.changed_at, _O.changed_by, "offer", _O.item, False,
    ),
    "rates": _Source(
        select(
            *(_R.id, _R.published_at, _word("rates"), _R.card, _word("version"), _NOTHING),
            *(_R.version.cast(_TEXT), _R.published_by, _R.note),
        ),
        _R.id, _R.published_at, _R.published_by, "rates", _R.card, False,
    ),
    "stages": _Source(
        select(
            *(_T.id, _T.changed_at, _word("CRM stages"), _T.entity.cast(_TEXT), _word("version"), _NOTHING),
            *(_T.stages, _T.changed_by, _T.note),
        ),
        _T.id, _T.changed_at, _T.changed_by, "CRM stages", _T.entity, False,
    ),
    "anomalies": _Source(
        select(
            *(_A.id, _A.settled_at, _word("anomaly"), _A.kind + _word(" ") + _A.subject, _NOTHING),
            *(_word("open"), _A.outcome.cast(_TEXT), _A.settled_by, _A.note),
        ).where(_A.settled_at.is_not(None)),
        _A.id, _A.settled_at, _A.settled_by, "anomaly", _A.subject, False,
    ),
    "stock": _Source(
        select(
            *(_S.id, _S.moved_at, _word("stock"), machines.c.key + _word(" ") + stock_items.c.shell_id),
            *(_S.kind.cast(_TEXT), _NOTHING),
            case((_S.difference > 0, _word("+") + _S.difference.cast(_TEXT)), else_=_S.difference.cast(_TEXT)),
            *(_S.actor, _S.reason),
        )
        .select_from(stock_movements)
        .join(stock_items, stock_items.c.id == _S.stock_item_id)
        .join(machines, machines.c.id == stock_items.c.machine_id)
        .where(_BY_HAND),
        _S.id, _S.moved_at, _S.actor, "stock", machines.c.key, False,
    ),
}  # fmt: skip
# A moment that several entries share is cut by source and number: in this order.
SOURCES = tuple(_SOURCES)
_asked: dict[tuple[str, frozenset[str]], Query[Entry]] = {}


def audit_page(unit: Reading, wish: Wish, *, limit: int, behind: Cursor | None) -> list[Entry]:
    """The newest behind a cursor. One statement for each table that may hold some: at most six, whatever is asked."""
    found = [entry for name in _sources_for(wish) for entry in _of_one(unit, name, wish, limit, behind)]
    found.sort(key=lambda entry: (-entry.at.timestamp(), SOURCES.index(entry.source), -entry.id))
    return found[:limit]


def _sources_for(wish: Wish) -> list[str]:
    named = [name for name, source in _SOURCES.items() if source.noun == wish.noun] if wish.noun else SOURCES
    return list(named) or ["moves"]


def _of_one(unit: Reading, name: str, wish: Wish, limit: int, behind: Cursor | None) -> list[Entry]:
    source = _SOURCES[name]
    values: dict[str, Any] = {"most": limit}
    if wish.since is not None:
        values["since"] = wish.since
    if wish.until is not None:
        values["until"] = wish.until
    if wish.actor:
        values["actor_now"] = wish.actor
    if wish.people:
        values["people"] = "user %"
    if wish.noun and source.noun is None:
        values["noun_now"] = wish.noun
    if wish.subject:
        if source.numbered and not (wish.subject.isascii() and wish.subject.isdigit()):
            return []
        values["subject_now"] = int(wish.subject) if source.numbered else wish.subject
    if behind is not None:
        values |= {"behind_at": behind.at, "behind_id": _behind_id(name, behind)}
    key = name, frozenset(values)
    query = _asked.get(key)
    if query is None:
        query = _asked[key] = _query(name, source, frozenset(values))
    return unit.all(query, **values)


def _behind_id(name: str, behind: Cursor) -> int:
    """Of entries at the cursor's very moment: all of tables that come later, those below its number, or none."""
    ahead = SOURCES.index(name) - SOURCES.index(behind.source)
    if ahead == 0:
        return behind.id
    return _LARGEST_ID if ahead > 0 else 0


def _query(called: str, source: _Source, names: frozenset[str]) -> Query[Entry]:
    conditions = {
        "since": source.at >= bindparam("since", type_=UtcTime()),
        "until": source.at < bindparam("until", type_=UtcTime()),
        "actor_now": source.actor == bindparam("actor_now"),
        "people": source.actor.like(bindparam("people")),
        "noun_now": _M.noun == bindparam("noun_now"),
        "subject_now": source.subject == bindparam("subject_now"),
        "behind_at": tuple_(source.at, source.id)
        < tuple_(bindparam("behind_at", type_=UtcTime()), bindparam("behind_id")),
    }
    asked = [condition for name, condition in conditions.items() if name in names]
    wanted = source.rows.add_columns(_word(called)).where(*asked)
    return Query(wanted.order_by(source.at.desc(), source.id.desc()).limit(bindparam("most")), Entry)
