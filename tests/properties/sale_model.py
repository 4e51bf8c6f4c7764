"""A small model of sales at one machine, written from the contract: what each call should do, without a database.

Every method returns the code of the refusal, or None when the call is accepted; a refused call changes nothing.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.properties.visit_model import OPEN, Shelf, Visit

ENDED_JOBS = ("collected", "failed", "cancelled")
TIMEOUT = timedelta(minutes=60)
MORE_TIME = timedelta(minutes=10)
SILENCE = timedelta(minutes=5)
FORGOTTEN = timedelta(seconds=60)

# From the contract's words about payments: paid is final, a declined attempt may be tried again.
PAYMENT_STEPS = {
    "pending": ("processing", "failed", "error"),
    "processing": ("failed", "error"),
    "failed": ("processing", "error"),
    "error": ("processing", "failed"),
    "paid": (),
}
JOB_OF_STEP = {
    "picking": "printing",
    "picked": "printing",
    "printing": "printing",
    "printed": "printed",
    "shipping": "printed",
    "shipped": "collected",
    "failed": "failed",
    "cancelled": "cancelled",
}
RANK = {
    step: rank
    for rank, step in enumerate(
        (
            "awaiting_payment",
            "accepted",
            "queued",
            "picking",
            "picked",
            "printing",
            "printed",
            "shipping",
            "shipped",
        )
    )
}


@dataclass
class SaleModel:
    """The machine with everybody who ever stood at it."""

    room: int
    shelves: dict[str, Shelf]
    visits: list[Visit] = field(default_factory=list)

    def open(self, now: datetime, minutes: int | None) -> str | None:
        there = [visit for visit in self.visits if visit.status in OPEN and visit.expires > now]
        if len(there) >= self.room:
            forgotten = [
                visit
                for visit in there
                if (visit.status, visit.progress) == ("active", "started")
                and visit.created <= now - FORGOTTEN
            ]
            if not forgotten:
                return "MACHINE_BUSY"
            self._end(min(forgotten, key=lambda visit: visit.created), "cancelled")
        lifetime = min(timedelta(minutes=minutes), TIMEOUT) if minutes else TIMEOUT
        self.visits.append(Visit(now, now + lifetime))
        return None

    def register(self, visit: Visit, now: datetime) -> str | None:
        if visit.over(now):
            return "SESSION_EXPIRED"
        if visit.status == "cancelled":
            return "ILLEGAL_STATE"
        if visit.progress == "started":
            visit.progress = "qr_scanned"
        return None

    def picture(self, visit: Visit, now: datetime, picture: int) -> str | None:
        if visit.over(now):
            return "SESSION_EXPIRED"
        if visit.status not in OPEN:
            return "ILLEGAL_STATE"
        visit.pictures.add(picture)
        if visit.status != "payment_pending":
            visit.status = visit.progress = "designing"
        return None

    def summary(self, visit: Visit, now: datetime, model: str, *, right: bool) -> str | None:
        if visit.over(now):
            return "SESSION_EXPIRED"
        if visit.status not in OPEN:
            return "ILLEGAL_STATE"
        if not right:
            return "PRICE_MISMATCH"
        if visit.order is not None and visit.model != model:
            return "ILLEGAL_STATE"
        if not visit.pictures:
            return "VALIDATION_ERROR"
        if visit.blank is None or visit.model != model:
            if not self._find_blank(model, now):
                return "OUT_OF_STOCK"
            if visit.blank is not None and visit.model is not None:
                self.shelves[visit.model].release(visit.blank)
            self.shelves[model].reserve()
            visit.blank = "reserved"
        visit.model = model
        visit.status, visit.progress = "payment_pending", "payment_reached"
        return None

    def begin(self, visit: Visit, now: datetime) -> str | None:
        if visit.over(now):
            return "SESSION_EXPIRED"
        if visit.status != "payment_pending":
            return "NO_ORDER_YET" if visit.status in OPEN else "ILLEGAL_STATE"
        self._place(visit)
        visit.started = now
        visit.expires = max(visit.expires, now + MORE_TIME)
        return None

    def confirm(self, visit: Visit, transaction: str, *, right: bool) -> str | None:
        if visit.model is None:
            return "NO_ORDER_YET"
        user = next((other for other in self.visits if other.receipt == transaction), None)
        if visit.receipt is not None and transaction != visit.receipt:
            return "TRANSACTION_REUSED or ILLEGAL_STATE" if user is not None else "ILLEGAL_STATE"
        if user is not None and (user is not visit or not right):
            return "TRANSACTION_REUSED"
        if not right:
            return "PRICE_MISMATCH"
        visit.receipt = transaction
        self._place(visit)
        self._settle(visit)
        return None

    def notice(self, visit: Visit, status: str, *, right: bool) -> None:
        """The pair of payment and status is a notice's name: a repeat changes nothing, a corrected amount does."""
        wrong = status == "paid" and not right
        if status in visit.told or wrong:
            return
        visit.told.add(status)
        if status == "paid":
            self._settle(visit)
        elif status in PAYMENT_STEPS[visit.payment or ""]:
            visit.payment = status
            if status in ("failed", "error"):
                visit.started = None

    def print_notice(self, visit: Visit, said: str, step: str) -> None:
        if said not in visit.heard:
            visit.heard.add(said)
            self._report(visit, step)

    def command(self, visit: Visit, word: str, step: str) -> str | None:
        if word == visit.standing:
            return None
        if visit.order == "cancelled":
            return "ILLEGAL_STATE"
        if visit.job is None:
            if word != "cancelled" or visit.order != "placed":
                return "ILLEGAL_STATE"
            visit.order = "cancelled"
            return None
        return None if self._report(visit, step) else "ILLEGAL_STATE"

    def close(self, visit: Visit, now: datetime) -> str | None:
        if visit.status in OPEN and not visit.over(now):
            if visit.started is not None and now < visit.started + SILENCE:
                return "PAYMENT_IN_PROGRESS"
            self._end(visit, "cancelled")
        return None

    def expire(self, now: datetime) -> None:
        for visit in self.visits:
            if visit.status in OPEN and visit.expires <= now:
                self._end(visit, "expired")

    def keep_promises(self) -> None:
        """The worker was given time: what is queued was sent, sessions of cancelled orders ended."""
        for visit in self.visits:
            if visit.job == "queued":
                visit.job = "sent"
            if visit.order == "cancelled" and visit.status in OPEN:
                self._end(visit, "cancelled")

    def _find_blank(self, model: str, now: datetime) -> bool:
        """Sessions whose time is over give their blanks back as soon as somebody wants one."""
        if self.shelves[model].free:
            return True
        late = [
            visit for visit in self.visits if visit.status in OPEN and visit.expires <= now and visit.blank
        ]
        shelf = replace(self.shelves[model])
        for visit in late:
            if visit.model == model:
                shelf.release("reserved")
        if shelf.free:
            for visit in late:
                self._end(visit, "expired")
        return shelf.free

    def _place(self, visit: Visit) -> None:
        if visit.order is None:
            visit.order, visit.payment = "placed", "pending"

    def _settle(self, visit: Visit) -> None:
        if visit.paid or visit.model is None:
            return
        visit.payment = "paid"
        shelf = self.shelves[visit.model]
        if visit.blank == "released":
            visit.blank = None
            if shelf.free:
                shelf.reserve()
                visit.blank = "reserved"
        if visit.blank is not None:
            shelf.sell()
            visit.blank = "sold"
        visit.job = "queued" if visit.blank and visit.order != "cancelled" else "waiting_for_staff"
        visit.status, visit.progress, visit.started = "payment_completed", "payment_reached", None

    def _end(self, visit: Visit, status: str) -> None:
        visit.status, visit.started = status, None
        if visit.blank == "reserved" and visit.model is not None:
            self.shelves[visit.model].release("reserved")
            visit.blank = "released"

    def _report(self, visit: Visit, step: str) -> bool:
        """A print only goes forward; what contradicts changes nothing."""
        target = JOB_OF_STEP.get(step)
        ends = step in ("failed", "cancelled")
        if visit.job in ENDED_JOBS:
            if not (visit.job == "failed" and target == "cancelled"):
                return False
        elif not ends:
            before = RANK.get(visit.step or "", -1)
            if step not in RANK or RANK[step] <= before:
                return False
        visit.step = step
        if target is not None:
            visit.job = target
        self._follow(visit)
        return True

    def _follow(self, visit: Visit) -> None:
        shelf = self.shelves[visit.model or ""]
        if visit.job in ("printing", "printed", "collected") and visit.blank == "sold":
            shelf.take()
            visit.blank = "taken"
        if visit.job == "cancelled" and visit.blank == "sold":
            shelf.release("sold")
            visit.blank = "released"
        if visit.order == "cancelled":
            return
        made = {"printing": "in_production", "printed": "in_production", "collected": "completed"}
        visit.order = {**made, "failed": "failed", "cancelled": "cancelled"}.get(visit.job or "", visit.order)
