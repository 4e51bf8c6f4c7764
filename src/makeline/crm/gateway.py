"""Port: what we ask of a CRM. Adapters speak a company's words; here they are ours."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from makeline.crm.records import Entity, Record, Step
from makeline.kernel.errors import FailureKind


class Trouble(StrEnum):
    """Why something did not reach the CRM, as staff see it, and whether trying again can help."""

    TRANSIENT = FailureKind.TRANSIENT
    EXCEEDED = "exceeded"
    """Over a limit: no fault of what was sent."""
    PERMANENT = FailureKind.PERMANENT
    MISCONFIGURED = FailureKind.MISCONFIGURED


class CrmTrouble(Exception):
    """A call, or one record of it, did not succeed; ``reason`` holds no secret and is shown to staff."""

    kind = Trouble.TRANSIENT

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason[:500]


class CrmAway(CrmTrouble):
    """No answer, or none that makes sense: again later. What was sent may have been applied."""


class CrmBusy(CrmTrouble):
    """Over a limit: again after ``seconds``; no fault of what was sent, it was not applied."""

    kind = Trouble.EXCEEDED

    def __init__(self, reason: str, *, seconds: float) -> None:
        super().__init__(reason)
        self.seconds = seconds


class CrmSpent(CrmBusy):
    """One kind of call has used up its time; others go on."""


class CrmRefused(CrmTrouble):
    """This record, as it is, never: staff has to correct it."""

    kind = Trouble.PERMANENT


class CrmGone(CrmRefused):
    """The record was deleted over there; it is not made again by itself."""


class CrmUsedUp(CrmTrouble):
    """What the plan allows of something is used up: staff buys more, or waits; nothing else is kept back by it."""


class CrmMisconfigured(CrmTrouble):
    """Nothing can be sent until staff has put the connection right."""

    kind = Trouble.MISCONFIGURED


@dataclass(frozen=True, slots=True)
class Push:
    """A record to be written; ``remote_id`` when it is known over there already."""

    record: Record
    remote_id: int | None


@dataclass(frozen=True, slots=True)
class Pushed:
    """It is there, under this id. ``doubles`` are further records with our mark, for staff; ``at``: when it was changed
    last by their clock, which is now unless they do not say."""

    remote_id: int
    doubles: tuple[int, ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A record as it stands over there. ``ours`` is our id when it carries our mark; ``step`` is None for a stage that
    is not on our table; ``at`` is when it was changed last; ``raw`` all of it in their words, where it was read whole."""

    remote_id: int
    ours: int | None
    stage: str
    step: Step | None
    at: datetime
    raw: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that says otherwise over there."""

    field: str
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class PortalStage:
    """A stage over there: its ``id``, its ``name`` within the funnel, the ``title`` that sales people read, and which end it is,
    if it is one."""

    id: str
    name: str
    title: str
    ended: Step | None


@dataclass(frozen=True, slots=True)
class Room:
    """How many records of a kind may be made, and how many changed, before a limit is met."""

    new: int
    known: int


Outcome = Pushed | CrmTrouble


class Crm(Protocol):
    """One CRM."""

    @property
    def mode(self) -> str:
        """``simulated``, or which company's."""
        ...

    def room(self, entity: Entity) -> Room:
        """What may be sent now of one kind."""
        ...

    def slowed(self) -> CrmSpent | None:
        """The call that has to wait longest for time to work; None when all may go on."""
        ...

    def meter(self) -> str:
        """What another process of ours has to know of the limits before it calls; opaque."""
        ...

    def resume(self, meter: str) -> None:
        """Go on from the ``meter`` of whoever called last."""
        ...

    def push(self, pushes: Sequence[Push]) -> AsyncIterator[list[tuple[int, Outcome]]]:
        """Write records of one kind, made where they are not there yet and never twice.

        Yields (position in ``pushes``, outcome) as they become known; raises ``CrmTrouble`` when the rest cannot be
        sent now. What is found to be there already is taken over.
        """
        ...

    async def read(self, entity: Entity, remote_ids: Sequence[int]) -> list[Seen]:
        """Records as they stand; those deleted over there are missing. Raises ``CrmTrouble``."""
        ...

    def differences(self, record: Record, seen: Seen) -> list[Difference]:
        """What a record that was ``read`` says otherwise than ours would."""
        ...

    async def changed_since(self, entity: Entity, since: datetime) -> list[Seen]:
        """Those of ours that were changed at or after a moment. Raises ``CrmTrouble``."""
        ...

    async def stages(self, entity: Entity) -> list[PortalStage]:
        """Those of deals in our funnel, or of leads, in their order. Raises ``CrmTrouble``."""
        ...

    async def probe(self) -> None:
        """The cheapest call that shows whether the connection is right. Raises ``CrmTrouble``."""
        ...
