"""Invoices on the wire."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, RootModel

from makeline.commerce.invoices.queries import Missing
from makeline.commerce.orders.states import OrderStatus
from makeline.foundation.web.answers import utc_text

# The documented words.
_WORDS: Mapping[OrderStatus, str] = {
    OrderStatus.PLACED: "pending",
    OrderStatus.IN_PRODUCTION: "processing",
    OrderStatus.FAILED: "failed",
    OrderStatus.COMPLETED: "completed",
    OrderStatus.CANCELLED: "cancelled",
}


class OrderWithoutInvoice(BaseModel):
    """An order whose invoice has no paper."""

    order_id: int
    user_id: int
    status: str
    created_at: str


class OrdersWithoutInvoice(RootModel[list[OrderWithoutInvoice]]):
    """The newest first."""


def missing_answer(missing: Missing) -> dict[str, Any]:
    """``OrderWithoutInvoice`` as JSON values."""
    return {
        "order_id": missing.order_id,
        "user_id": missing.user_id,
        "status": _WORDS[missing.status],
        "created_at": utc_text(missing.created_at),
    }
