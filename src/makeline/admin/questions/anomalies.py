"""What contradicts itself: by kind, by whether it is settled, and by day."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, select

from makeline.admin.questions.listing import LARGEST_ID, Listing
from makeline.foundation.anomalies import Anomaly, anomalies
from makeline.foundation.columns import UtcTime
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound

_A = anomalies.c
_LIST = Listing(
    select(anomalies),
    Anomaly,
    key=_A.id,
    counted=anomalies,
    conditions={
        "open": _A.settled_at.is_(None),
        "settled": _A.settled_at.is_not(None),
        "kind": _A.kind == bindparam("kind"),
        "subject": _A.subject == bindparam("subject"),
        "since": _A.seen_at >= bindparam("since", type_=UtcTime()),
        "until": _A.seen_at < bindparam("until", type_=UtcTime()),
    },
)
_ONE = Query(select(anomalies).where(_A.id == bindparam("anomaly_id")), Anomaly)


def anomalies_page(
    unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None
) -> list[Anomaly]:
    """The newest below an id; ``wish`` by ``open`` or ``settled`` (True), ``kind``, ``subject``, ``since``, ``until``."""
    return _LIST.page(unit, wish, limit=limit, before_id=before_id)


def anomalies_by_kind(unit: Reading, wish: Mapping[str, Any]) -> dict[str, int]:
    """How many there are of each kind, whatever kind is wished for."""
    return _LIST.tally(unit, _A.kind, {**wish, "kind": None})


def anomalies_in_all(unit: Reading, wish: Mapping[str, Any]) -> int:
    """How many there are."""
    return _LIST.total(unit, wish)


def anomaly_by_id(unit: Reading, anomaly_id: int) -> Anomaly:
    """One of them; raises ``NotFound``."""
    found = unit.first(_ONE, anomaly_id=min(anomaly_id, LARGEST_ID))
    if found is None:
        raise NotFound("there is no such anomaly")
    return found
