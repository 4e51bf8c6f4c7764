"""What the pages of staff need of the house."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.production.print_partner import PrintPartner
from makeline.commerce.accounts.sign_in import SignInDesk
from makeline.commerce.accounts.staff_session import StaffRule
from makeline.commerce.files.links import Links
from makeline.commerce.files.storage import Storage
from makeline.commerce.payments.look import Till
from makeline.crm.gateway import Crm
from makeline.foundation.database import Database


@dataclass(frozen=True)
class Office:
    """``place`` tells whom a visitor's address is counted with; ``silence``: after which a machine counts as offline;
    ``crm`` is None where nothing is mirrored; ``create_admin`` is the command that makes the first admin."""

    database: Database
    signing: SignInDesk
    rule: StaffRule
    place: Callable[[Request], str]
    base_url: str
    keys: Sequence[bytes]
    storage: Storage
    links: Links
    order_links: OrderLinks
    partner: PrintPartner
    till: Till
    crm: Crm | None
    silence: timedelta
    create_admin: str

    @property
    def secure(self) -> bool:
        """Whether people reach us by https alone."""
        return self.base_url.startswith("https://")
