"""What a portal keeps: records by kind, rows of deals, requisites; in memory, written down between two runs."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from makeline.foundation.simulation import write_whole

LEAD, DEAL, CONTACT, COMPANY, INVOICE = 1, 2, 3, 4, 31
NAMES = {LEAD: "LEAD", DEAL: "DEAL", CONTACT: "CONTACT", COMPANY: "COMPANY", INVOICE: "DYNAMICITEM"}
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
    INVOICE: frozenset(
        {"title", "xmlId", "parentId2", "companyId", "contactIds", "mycompanyId", "currencyId", "opportunity",
         "isManualOpportunity", "begindate", "closedate", "accountNumber"}
    ),
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
# Own fields of deals, by their names: what kind each is of.
OWN_FIELDS = {
    "UF_CRM_MAKELINE_ORDER": "string",
    "UF_CRM_MAKELINE_URL": "url",
    "UF_CRM_MAKELINE_READY_DATE": "date",
    "UF_CRM_MAKELINE_HOURS": "double",
    "UF_CRM_MAKELINE_RATE_CARD": "string",
}


def usual_stages(funnel: int) -> dict[str, str]:
    """What a funnel has from its first day: stage id → nothing, S or F."""
    prefix = f"C{funnel}:" if funnel else ""
    return {prefix + name: meaning for name, meaning in _DEALS.items()}


def stage_list(funnel: int) -> str:
    """Under which name the stages of a funnel stand."""
    return f"DEAL_STAGE_{funnel}" if funnel else "DEAL_STAGE"


def _usual_statuses() -> dict[str, dict[str, str]]:
    return {**{stage_list(number): usual_stages(number) for number in (0, 3)}, "STATUS": dict(_LEADS)}


@dataclass
class Shelf:
    """``items``: kind → id → record; ``effects``: everything that was changed, in its order."""

    clock: Callable[[], float]
    path: Path | None = None
    items: dict[int, dict[int, dict[str, Any]]] = field(default_factory=lambda: {kind: {} for kind in NAMES})
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    requisites: dict[int, dict[str, Any]] = field(default_factory=dict)
    banks: dict[int, dict[str, Any]] = field(default_factory=dict)
    addresses: list[dict[str, Any]] = field(default_factory=list)
    # "2:7", deal 7, → its requisites and bank.
    links: dict[str, list[int]] = field(default_factory=dict)
    documents: dict[int, dict[str, Any]] = field(default_factory=dict)
    # Funnels of deals by number, stages by the list they stand in, own fields of deals by name.
    funnels: dict[int, str] = field(default_factory=lambda: {0: "Sales", 3: "Parts"})
    statuses: dict[str, dict[str, str]] = field(default_factory=_usual_statuses)
    own_fields: dict[str, str] = field(default_factory=lambda: dict(OWN_FIELDS))
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
            "banks": list(self.banks.values()),
            "addresses": self.addresses,
            "links": self.links,
            "documents": list(self.documents.values()),
            "funnels": [[number, name] for number, name in self.funnels.items()],
            "statuses": self.statuses,
            "own_fields": self.own_fields,
            "last_id": self.last_id,
        }
        write_whole(self.path, kept)

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
            self.banks = {row["ID"]: row for row in kept["banks"]}
            self.addresses, self.links = kept["addresses"], kept["links"]
            self.documents = {int(row["id"]): row for row in kept["documents"]}
            self.funnels = dict(kept["funnels"])
            self.statuses, self.own_fields = kept["statuses"], kept["own_fields"]
            self.last_id = kept["last_id"]
