"""What the documents leave to their reader: which examples stand elsewhere, which fields may be empty, and why."""

from typing import Any, NamedTuple

from tools.acceptance.documents import Call

# An example with this field belongs to this call, wherever it stands.
MISPLACED = {
    "available_machine_ids": Call("GET", "/api/chinese/test-connection"),
    "third_pay_id": Call("GET", "/api/chinese/order/orderData"),
}

# The calls of one sale, in the order in which they happen; the documents list them by subject.
_AT = "/api/vending/session/{session_id}"
SALE = (
    "POST /api/vending/create-session",
    f"POST {_AT}/register-user",
    f"POST {_AT}/order-summary",
    f"POST {_AT}/validate",
    f"GET {_AT}/order-info",
    f"POST {_AT}/confirm-payment",
    f"GET {_AT}/status",
    f"DELETE {_AT}",
)

# Fields that may be empty, by call: they tell of something that has not happened (yet).
NULL = {
    "GET /api/chinese/equipment/{equipment_id}/info": ("last_maintenance",),
    "GET /api/chinese/print/{order_id}/status": (
        "completed_at",
        "quality_check",
        "estimated_completion",
    ),
}

# Outside a sale the documented ids are rows of the sample shop: these hold the documented values.
SAME = frozenset(
    {
        "payment_id",
        "third_id",
        "order_id",
        "equipment_id",
        "session_id",
        "currency",
        "amount",
        "total_amount",
        "payment_status",
        "status_description",
        "session_format",
        "available_machine_ids",
        "is_valid",
        "validation_details.parts",
        "validation_details.parts_count",
        "validation_details.expected_format",
        "validation_result.is_valid",
        "validation_result.format_details.machine_id",
        "validation_result.format_details.date_part",
        "validation_result.format_details.time_part",
        "validation_result.format_details.random_part",
        "code",
        "success",
    }
)


class Error(NamedTuple):
    """A call that must be refused."""

    call: tuple[str, str]
    body: dict[str, Any]
    status: int


# Examples of refusals, by their heading: one call that earns each.
ERRORS = {
    "Error Response Format": Error(
        ("POST", "/api/chinese/order-status-update"),
        {"order_id": "ORDER_a819e123", "status": "invalid_status", "equipment_id": "CN_DEBUG_01"},
        422,
    ),
}

# Compared with an order of the trial's own, by heading.
LATER = frozenset({"Example Order Data Response"})

# Examples that no answer will look like, by heading, with the reason.
NOT_OFFERED = {
    "Debug Information": "promised for development mode only; answers do not tell of the inside of the server",
}

# The Manufacturing Service. Lists and fields of it that may be empty: they tell of something that has not happened.
SERVICE_NULL = {
    "GET /orders/invoices/missing": ("",),
    "GET /sync/queue": ("",),
    "GET /sync/status": ("last_sync",),
}
# Objects whose names are ids of ours: which ones there are is no promise of the document.
BY_ID = frozenset({"GET /materials", "GET /locations"})
# What a worker makes, a while after it was asked for or after the server has started.
LATER_THERE = frozenset({"GET /files/demo", "GET /orders/{order_id}/invoice"})
NEVER_PROVOKED = {500: "an error of ours cannot be asked for"}
