"""What a record over there says otherwise than ours would; pure."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from html import unescape
from typing import Any

from makeline.adapters.bitrix24.fields import dialled, fields_of, ways_to_reach
from makeline.adapters.bitrix24.stages import Stages
from makeline.crm.gateway import Difference
from makeline.crm.records import Deal, Lead, Record

# Theirs to change: how far it has come, where it came from, how the sum is made.
_THEIRS = frozenset({"stageId", "categoryId", "sourceId", "typeId", "isManualOpportunity"})
_SHOWN = 200


def differences(record: Record, there: dict[str, Any], stages: Stages) -> list[Difference]:
    """By field, ours and theirs as short plain text. Stages are no difference: they are theirs."""
    if isinstance(record, Lead | Deal):
        record = replace(record, step=None)
    found = []
    for name, ours in fields_of(record, stages).items():
        if name in _THEIRS or name not in there:
            continue
        if not _same(ours, there[name]):
            found.append(_shown(name, _plain(ours), _plain(there[name])))
    if isinstance(record, Deal):
        found += _sum(record, there)
    return found + list(_ways(record, there))


def _sum(deal: Deal, there: dict[str, Any]) -> list[Difference]:
    ours = sum((Decimal(row.price) * row.quantity for row in deal.rows), Decimal(0))
    theirs = str(there.get("opportunity") or 0)
    return [] if _same(str(ours), theirs) else [Difference("opportunity", str(ours), theirs)]


def _ways(record: Record, there: dict[str, Any]) -> Iterator[Difference]:
    entries = there.get("fm") or []
    for kind, _, value in ways_to_reach(record):
        theirs = [str(entry.get("value")) for entry in entries if entry.get("typeId") == kind]
        read = str.casefold if kind == "EMAIL" else dialled
        if read(value) not in {read(one) for one in theirs}:
            yield _shown(kind.lower(), value, ", ".join(theirs))


def _same(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, list):
        # They may have added some of their own.
        listed = theirs if isinstance(theirs, list) else [theirs]
        return {str(one) for one in ours} <= {str(one) for one in listed}
    mine, other = _plain(ours), _plain(theirs)
    if mine == other:
        return True
    try:
        return Decimal(mine) == Decimal(other)
    except InvalidOperation:
        # A day comes back as a moment.
        return len(mine) == len("2026-11-21") and other.startswith(f"{mine}T")


def _shown(field: str, ours: str, theirs: str) -> Difference:
    """Long texts from a little before they part."""
    pairs = enumerate(zip(ours, theirs, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(ours), len(theirs)))
    start = max(0, same - 40)
    return Difference(field, ours[start : start + _SHOWN], theirs[start : start + _SHOWN])


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value)
    return " ".join(unescape("" if value is None else str(value)).split())
