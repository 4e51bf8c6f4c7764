"""The documented answers about the mirror, and what stands beside them."""

from typing import Annotated, Any

from pydantic import BaseModel, Field, RootModel

from makeline.crm.models import Item, SyncStatus
from makeline.crm.push import Drained
from makeline.foundation.web.answers import utc_text


class SyncStatusAnswer(BaseModel):
    """``mode``: off, simulated or live. ``last_sync`` null before the first; ``oldest`` since when the longest waits;
    ``linked`` how many are over there, ``gone`` how many were deleted there, ``drifted`` how many fields say otherwise;
    ``trouble`` what staff has to put right; ``exceeded`` the limit that is waited for, until ``exceeded_until``."""

    bitrix_enabled: bool
    queue_size: int
    last_sync: str | None
    pending_deals: int
    pending_contacts: int
    pending_leads: int
    pending_companies: int
    mode: str
    failed: int
    dead: int
    linked: int
    gone: int
    drifted: int
    oldest: str | None
    trouble: str | None
    exceeded: str | None
    exceeded_until: str | None


class QueueItem(BaseModel):
    """One thing that waits; ``entity_id`` is ours, ``last_error`` why it is not there yet."""

    id: int
    entity_type: str
    entity_id: int
    operation: str
    status: str
    attempts: int
    created_at: str
    due_at: str
    remote_id: int | None
    last_error: str | None
    failure_kind: str | None


class Queue(RootModel[list[QueueItem]]):
    """The newest first."""


class ProcessWish(BaseModel):
    """How many at most."""

    limit: Annotated[int, Field(ge=1, le=1000, strict=True)] = 10


class Processed(BaseModel):
    """What became of them; all zero while somebody else is at it."""

    processed: int
    successful: int
    failed: int


class Queued(BaseModel):
    """How many will be looked at."""

    message: str
    queued_items: int


class WebhookAnswer(BaseModel):
    """The documented word, whatever becomes of the event."""

    message: str


def queue_item(item: Item) -> dict[str, Any]:
    """``QueueItem`` as JSON values."""
    return {
        "id": item.id,
        "entity_type": item.entity.value,
        "entity_id": item.our_id,
        "operation": "create" if item.remote_id is None else "update",
        "status": item.status.value,
        "attempts": item.attempts,
        "created_at": utc_text(item.queued_at),
        "due_at": utc_text(item.due_at),
        "remote_id": item.remote_id,
        "last_error": item.last_error if item.status is not SyncStatus.DONE else None,
        "failure_kind": item.failure_kind.value if item.failure_kind else None,
    }


def processed_answer(done: Drained) -> dict[str, int]:
    """``Processed`` as JSON values."""
    return {"processed": done.processed, "successful": done.successful, "failed": done.failed}
