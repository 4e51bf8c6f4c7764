"""The catalogue of refusals, gathered from the records of all calls: code, kind, dialects, meaning and what to do."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from makeline.adapters.print_partner.causes import CAUSES
from makeline.foundation.web.description import refusals_at_the_door
from makeline.foundation.web.refusals import BODIES, STATUS
from makeline.kernel.errors import Kind, Refusal
from makeline.main.api_docs.chapters import DocumentedCall

_DIALECTS: Mapping[str, str] = {
    "PartnerRefusal": "partner",
    "ImageRefusal": "image",
    "ServiceRefusal": "parts",
}


@dataclass
class RefusalEntry:
    """One code: what it means, where it is said, and what the partner's people read about it, by language."""

    code: str
    kind: Kind
    meaning: str
    dialects: set[str] = field(default_factory=set)
    calls: list[DocumentedCall] = field(default_factory=list)

    @property
    def status(self) -> int:
        """Of the answer."""
        return STATUS[self.kind]

    @property
    def reasons(self) -> Sequence[str]:
        """Finer reasons of the same code, as ``causes.json`` calls them."""
        return [name for name in CAUSES if name.startswith(f"{self.code}/")]


def refusals_of(call: DocumentedCall) -> Sequence[type[Refusal]]:
    """Each refusal of a call once, by its status."""
    classes = (*call.endpoint.refusals, *refusals_at_the_door(call.endpoint))
    by_code = {refusal.code: refusal for refusal in reversed(classes)}
    return sorted(by_code.values(), key=lambda refusal: (STATUS[refusal.kind], refusal.code))


def dialect_of(call: DocumentedCall) -> str:
    """In which body a call refuses: partner, image, parts or page."""
    body = BODIES.get(call.renderer)
    return "page" if body is None else _DIALECTS[body.__name__]


def catalogue_of(calls: Iterable[DocumentedCall]) -> Sequence[RefusalEntry]:
    """Every refusal that any call may answer with, by status and code."""
    found: dict[tuple[str, Kind], RefusalEntry] = {}
    for call in calls:
        for refusal in refusals_of(call):
            entry = found.setdefault(
                (refusal.code, refusal.kind), RefusalEntry(refusal.code, refusal.kind, meaning_of(refusal))
            )
            entry.dialects.add(dialect_of(call))
            entry.calls.append(call)
    return sorted(found.values(), key=lambda entry: (entry.status, entry.code))


def meaning_of(refusal: type[Refusal]) -> str:
    """The sentence that stands at the class."""
    return " ".join((refusal.__doc__ or "").strip().split("\n\n")[0].split())
