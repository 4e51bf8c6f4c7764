"""Facts about invoices."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class InvoiceIssued(Event):
    """It has its number; its paper has to be made."""

    name: ClassVar[str] = "invoices.issued"

    invoice_id: int


@dataclass(frozen=True, slots=True)
class InvoiceWished(Event):
    """Somebody wants its paper, once more or because there is none yet."""

    name: ClassVar[str] = "invoices.wished"

    invoice_id: int


@dataclass(frozen=True, slots=True)
class InvoiceRendered(Event):
    """Its paper is there for the first time."""

    name: ClassVar[str] = "invoices.rendered"

    invoice_id: int


@dataclass(frozen=True, slots=True)
class InvoiceVoided(Event):
    """It counts no more."""

    name: ClassVar[str] = "invoices.voided"

    invoice_id: int
