"""How this house writes invoices: from where, in whose name, in which language and by whose calendar."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from makeline.commerce.invoices.parties import Seller
from makeline.commerce.invoices.states import Origin


class Billing(NamedTuple):
    """``zone`` is the seller's, as ``Europe/Moscow``; ``days`` until an invoice is to be paid, 0: nothing is said."""

    origin: Origin
    seller: Seller
    language: str
    zone: str
    days: int

    def today(self, now: datetime) -> date:
        """The seller's day at a moment; the year of a number is that of the day."""
        return now.astimezone(ZoneInfo(self.zone)).date()

    def pay_by(self, on: date) -> date | None:
        """The last day to pay what is issued on a day."""
        return on + timedelta(days=self.days) if self.days else None
