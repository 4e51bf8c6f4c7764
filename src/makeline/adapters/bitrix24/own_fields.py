"""The fields of our own that a deal has over there, and what stands in them."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from makeline.crm.records import Deal

# Asked for with every call about deals; without it the portal has other names for them.
ORIGINAL_NAMES = {"useOriginalUfNames": "Y"}
_PREFIX = "UF_CRM_"


class OwnField(NamedTuple):
    """``kind`` in the portal's words; ``label`` is what sales people read."""

    code: str
    kind: str
    label: str

    @property
    def name(self) -> str:
        """As it is sent."""
        return _PREFIX + self.code

    @property
    def definition(self) -> dict[str, Any]:
        """What the portal is told when it is to be made."""
        labels = {"ru": self.label, "en": self.label}
        return {
            "FIELD_NAME": self.code,
            "USER_TYPE_ID": self.kind,
            "XML_ID": self.code,
            "EDIT_FORM_LABEL": labels,
            "LIST_COLUMN_LABEL": labels,
            "LIST_FILTER_LABEL": labels,
        }


OWN_FIELDS: Sequence[OwnField] = (
    OwnField("MAKELINE_ORDER", "string", "Order"),
    OwnField("MAKELINE_URL", "url", "Order page"),
    OwnField("MAKELINE_READY_DATE", "date", "Ready on"),
    OwnField("MAKELINE_HOURS", "double", "Machine hours"),
    OwnField("MAKELINE_RATE_CARD", "string", "Rate card"),
)


def own_fields_of(deal: Deal) -> dict[str, str]:
    """What each of them says; empty texts empty it."""
    facts = deal.facts
    values = (facts.number, facts.url, facts.ready_on, facts.hours, facts.rate_card)
    return {field.name: value for field, value in zip(OWN_FIELDS, values, strict=True)}


def lacking_fields(known: Any) -> list[OwnField]:
    """Which of them are missing from what ``crm.item.fields`` answers."""
    names = known.get("fields") if isinstance(known, dict) else None
    return [field for field in OWN_FIELDS if not isinstance(names, dict) or field.name not in names]
