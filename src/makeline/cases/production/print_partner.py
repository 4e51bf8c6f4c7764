"""The port to whoever owns the printing machines: what production needs from outside, in our words.

Five calls, plain records, three kinds of trouble. Every call is safe to repeat with the same references; after
trouble with ``may_have_arrived`` the caller first asks (``read_payments``, ``read_jobs``) and repeats only what is
not there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Protocol

from makeline.kernel.errors import Kind, Refusal
from makeline.kernel.money import Money


class Channel(StrEnum):
    """Where the customer pays."""

    MACHINE = "machine"
    ONLINE = "online"


class PaymentStatus(StrEnum):
    """What the partner knows about a payment."""

    PENDING = "pending"
    PROCESSING = "processing"
    PAID = "paid"
    FAILED = "failed"
    ERROR = "error"


class JobStep(StrEnum):
    """How far the partner is with one print; finer than our order status."""

    AWAITING_PAYMENT = "awaiting_payment"
    ACCEPTED = "accepted"
    QUEUED = "queued"
    PICKING = "picking"
    PICKED = "picked"
    PRINTING = "printing"
    PRINTED = "printed"
    SHIPPING = "shipping"
    SHIPPED = "shipped"
    FAILED = "failed"
    CANCELLED = "cancelled"
    REFUNDING = "refunding"

    @property
    def rank(self) -> int | None:
        """Direction of travel 0–8: a lower rank never replaces a higher one; None beside the road."""
        return _RANK.get(self)

    @property
    def progress(self) -> int | None:
        """Percent for the customer's bar; None where the step says nothing about it."""
        return _PROGRESS.get(self)

    @property
    def ends(self) -> bool:
        """The print stops here without a case (only a reprint by staff reopens a failed one)."""
        return self in (JobStep.FAILED, JobStep.CANCELLED)


_RANK = {
    JobStep.AWAITING_PAYMENT: 0,
    JobStep.ACCEPTED: 1,
    JobStep.QUEUED: 2,
    JobStep.PICKING: 3,
    JobStep.PICKED: 4,
    JobStep.PRINTING: 5,
    JobStep.PRINTED: 6,
    JobStep.SHIPPING: 7,
    JobStep.SHIPPED: 8,
}
_PROGRESS = {
    JobStep.AWAITING_PAYMENT: 0,
    JobStep.ACCEPTED: 0,
    JobStep.QUEUED: 0,
    JobStep.PICKING: 10,
    JobStep.PICKED: 20,
    JobStep.PRINTING: 50,
    JobStep.PRINTED: 90,
    JobStep.SHIPPING: 95,
    JobStep.SHIPPED: 100,
}


@dataclass(frozen=True, slots=True)
class PaymentAnnouncement:
    """A sale the machine (or our web checkout) is about to take money for.

    ``reference`` is our payment id; model and device are the partner's keys, as linked in our catalogue.
    """

    reference: str
    partner_model: str
    device: str
    amount: Money
    channel: Channel


@dataclass(frozen=True, slots=True)
class PrintOrder:
    """One case to print: our print id, the paid payment it belongs to, and the public address of the picture.

    ``shell`` is the blank, seen in live stock of ``device``; ``picture_url`` holds its token exactly once.
    """

    reference: str
    payment_reference: str
    partner_model: str
    shell: str
    device: str
    picture_url: str


@dataclass(frozen=True, slots=True)
class SubmittedJob:
    """The partner's receipt: its own id, the number shown to the customer, and how far it is.

    Id and number are None where we only learned that he has the job.
    """

    partner_reference: str | None
    queue_number: str | None
    step: JobStep


class Advice(StrEnum):
    """What to do after trouble."""

    RETRY = "retry"
    """Repeat with the same references after a growing pause."""
    CONFIRM_PAYMENT = "confirm_payment"
    """See that the partner has the payment as paid, wait, then repeat."""
    WAIT_FOR_STAFF = "wait_for_staff"
    """Do not repeat blindly; the job waits and staff are told."""
    GIVE_UP = "give_up"
    """The same request will be refused again; staff choose another device, a new request, or a refund."""


class PartnerTrouble(Refusal):
    """Something between us and the partner. ``text`` is the partner's own wording, redacted, for staff only.

    ``may_have_arrived``: the partner may have applied the call although we saw no answer.
    """

    code: ClassVar[str] = "PARTNER_AWAY"
    kind: ClassVar[Kind] = Kind.UNAVAILABLE
    advice: ClassVar[Advice] = Advice.RETRY

    def __init__(self, text: str, *, may_have_arrived: bool = False) -> None:
        super().__init__("The print partner cannot do this at the moment")
        self.text = text
        self.may_have_arrived = may_have_arrived

    def __str__(self) -> str:
        return self.text


class PartnerAway(PartnerTrouble):
    """Transient: no answer, a broken one, or "not now". Retry later."""


class DeviceUnavailable(PartnerAway):
    """The device is taken for a moment; a repeat often helps."""


class PaymentNotSeen(PartnerAway):
    """The partner does not (yet) see the payment as paid; also when the print order follows it too soon."""

    advice: ClassVar[Advice] = Advice.CONFIRM_PAYMENT


class PartnerMisconfigured(PartnerTrouble):
    """Staff must act: wrong signature key, account of another environment, device not ours."""

    advice: ClassVar[Advice] = Advice.WAIT_FOR_STAFF


class DeviceForbidden(PartnerMisconfigured):
    """The device is not assigned to our account."""


class DeviceOffline(PartnerMisconfigured):
    """The machine has no connection; somebody has to look at it before the job goes on."""


class PartnerRefused(PartnerTrouble):
    """Permanent: this very request is not acceptable."""

    code: ClassVar[str] = "PARTNER_REFUSED"
    kind: ClassVar[Kind] = Kind.CONFLICT
    advice: ClassVar[Advice] = Advice.GIVE_UP


class PrintPartner(Protocol):
    """Every method raises ``PartnerAway``, ``PartnerMisconfigured`` or ``PartnerRefused`` (see ``advice``)."""

    async def announce_payment(self, announcement: PaymentAnnouncement) -> str:
        """Tell the partner of a sale before money is taken; answers the partner's reference. Repeatable."""
        ...

    async def confirm_payment(self, reference: str) -> None:
        """Say that our own provider took the money. Repeatable; ``PaymentNotSeen`` if it was never announced."""
        ...

    async def read_payments(self, references: Sequence[str]) -> dict[str, PaymentStatus | None]:
        """What the partner knows of these payments of ours; unknown ones are absent.

        None: he knows it, and says a status that does not exist.
        """
        ...

    async def submit(self, order: PrintOrder) -> SubmittedJob:
        """Ask for one print of a paid case. Repeatable: the same reference is never printed twice."""
        ...

    async def read_jobs(self, references: Sequence[str]) -> dict[str, JobStep | None]:
        """How far these prints are, keyed by our references; unknown ones are absent, None: no such status exists.

        Where the partner's own reference is known it may be asked with instead.
        """
        ...
