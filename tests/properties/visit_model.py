"""One customer at the machine, and one shelf of blanks in it, as the contract tells of them."""

from dataclasses import dataclass, field
from datetime import datetime

OPEN = ("active", "designing", "payment_pending")


@dataclass
class Shelf:
    """Blanks of one shell."""

    on_hand: int
    reserved: int = 0
    sold: int = 0
    short: int = 0

    @property
    def free(self) -> bool:
        return self.on_hand - self.reserved - self.sold >= 1

    def reserve(self) -> None:
        self.reserved += 1

    def release(self, blank: str) -> None:
        if blank == "sold":
            self.sold -= 1
        else:
            self.reserved -= 1
        self.short = max(0, self.short - 1)

    def sell(self) -> None:
        self.reserved -= 1
        self.sold += 1

    def take(self) -> None:
        self.sold -= 1
        if self.on_hand >= 1:
            self.on_hand -= 1
        else:
            self.short = max(0, self.short - 1)

    def count(self, counted: int) -> None:
        self.on_hand = counted
        self.short = max(0, self.reserved + self.sold - counted)


@dataclass
class Visit:
    """One session with its sale. ``blank`` is the state of its promise, None without one."""

    created: datetime
    expires: datetime
    status: str = "active"
    progress: str = "started"
    pictures: set[int] = field(default_factory=set)
    model: str | None = None
    blank: str | None = None
    started: datetime | None = None
    order: str | None = None
    payment: str | None = None
    receipt: str | None = None
    job: str | None = None
    step: str | None = None
    # Notices about the payment and about the print that were applied.
    told: set[str] = field(default_factory=set)
    heard: set[str] = field(default_factory=set)

    def over(self, now: datetime) -> bool:
        return self.status == "expired" or (self.status in OPEN and self.expires <= now)

    @property
    def paid(self) -> bool:
        return self.payment == "paid"

    @property
    def standing(self) -> str:
        """The order in the six words of the documents."""
        if self.order == "placed":
            return "pending"
        if self.order == "in_production":
            return "printed" if self.job == "printed" else "printing"
        assert self.order is not None
        return self.order
