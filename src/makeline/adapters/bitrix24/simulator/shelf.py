"""What a portal keeps: records by kind, rows of deals, requisites; in memory, written down between two runs."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

LEAD, DEAL, CONTACT, COMPANY = 1, 2, 3, 4
NAMES = {LEAD: "LEAD", DEAL: "DEAL", CONTACT: "CONTACT", COMPANY: "COMPANY"}
_COMMON = ("title", "comments", "sourceId", "assignedById", "originatorId", "originId", "fm")
# What each kind knows; everything else is passed over without a word.
FIELDS: dict[int, frozenset[str]] = {
    LEAD: frozenset({*_COMMON, "name", "lastName", "stageId", "currencyId", "opportunity"}),
    DEAL: frozenset(
        {*_COMMON, "stageId", "categoryId", "currencyId", "opportunity", "isManualOpportunity", "companyId", "contactIds"}
    ),
    CONTACT: frozenset(
        {*_COMMON, "name", "lastName", "secondName", "typeId", "companyId", "originVersion"}
    ),
    COMPANY: frozenset({*_COMMON, "typeId", "originVersion"}),
}  # fmt: skip
_DEALS = {
    "NEW": "",
    "PREPARATION": "",
    "PREPAYMENT_INVOICE": "",
    "EXECUTING": "",
    "FINAL_INVOICE": "",
    "WON": "S",
    "LOSE": "F",
    "APOLOGY": "F",
}
_LEADS = {"NEW": "", "IN_PROCESS": "", "PROCESSED": "", "CONVERTED": "S", "JUNK": "F"}
STATUSES: dict[str, dict[str, str]] = {
    "DEAL_STAGE": _DEALS,
    "DEAL_STAGE_3": {f"C3:{name}": meaning for name, meaning in _DEALS.items()},
    "STATUS": _LEADS,
}


@dataclass
class Shelf:
    """``items``: kind → id → record; ``effects``: everything that was changed, in its order."""

    clock: Callable[[], float]
    path: Path | None = None
    items: dict[int, dict[int, dict[str, Any]]] = field(default_factory=lambda: {kind: {} for kind in NAMES})
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    requisites: dict[int, dict[str, Any]] = field(default_factory=dict)
    effects: list[tuple[str, str, int]] = field(default_factory=list)
    last_id: int = 0
    changed: bool = False

    def new_id(self) -> int:
        """A number that nothing had before."""
        self.last_id += 1
        return self.last_id

    def note(self, what: str, kind: str, number: int) -> None:
        """Something changed."""
        self.effects.append((what, kind, number))
        self.changed = True

    def moment(self) -> str:
        """Now, as the portal writes it."""
        return datetime.fromtimestamp(self.clock(), UTC).isoformat(timespec="seconds")

    def write_down(self) -> None:
        """Whole or not at all."""
        if self.path is None or not self.changed:
            return
        self.changed = False
        kept = {
            "items": {str(kind): list(items.values()) for kind, items in self.items.items()},
            "rows": self.rows,
            "requisites": list(self.requisites.values()),
            "last_id": self.last_id,
        }
        beside = self.path.with_suffix(".new")
        beside.write_text(json.dumps(kept))
        beside.replace(self.path)

    def remember(self) -> None:
        """What was written down; nothing is a new portal."""
        if self.path is None:
            return
        with suppress(FileNotFoundError):
            kept = json.loads(self.path.read_text())
            for kind, items in kept["items"].items():
                self.items[int(kind)] = {item["id"]: item for item in items}
            self.rows = kept["rows"]
            self.requisites = {row["ID"]: row for row in kept["requisites"]}
            self.last_id = kept["last_id"]
