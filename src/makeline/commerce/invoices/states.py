"""The life of an invoice, and where it comes from."""

from enum import StrEnum

from makeline.kernel.states import state_table


class Origin(StrEnum):
    """Who writes invoices: we with numbers of our own, or the CRM with its own."""

    OWN = "own"
    CRM = "crm"


class InvoiceState(StrEnum):
    """Issued: it counts, its paper is on its way. Rendered: the paper is there. Void: it counts no more."""

    ISSUED = "issued"
    RENDERED = "rendered"
    VOID = "void"


INVOICE_STATES = state_table(
    "invoice",
    InvoiceState.ISSUED,
    {
        InvoiceState.ISSUED: (InvoiceState.RENDERED, InvoiceState.VOID),
        InvoiceState.RENDERED: (InvoiceState.VOID,),
    },
)


class Measure(StrEnum):
    """What a line counts."""

    PIECE = "piece"
    SERVICE = "service"
