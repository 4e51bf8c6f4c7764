"""What the pages of staff need of the house."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from starlette.requests import Request

from makeline.admin.kept import Kept
from makeline.cases.designs.inspect import Inspector
from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.privacy.clocks import Clocks
from makeline.cases.production.print_partner import PrintPartner
from makeline.commerce.accounts.sign_in import SignInDesk
from makeline.commerce.accounts.staff_session import StaffRule
from makeline.commerce.files.accesses import AccessBook
from makeline.commerce.files.links import Links
from makeline.commerce.files.storage import Storage
from makeline.commerce.payments.look import Till
from makeline.crm.gateway import Crm
from makeline.crm.upkeep import Restores
from makeline.foundation.database import Database
from makeline.parts.quotes.make import QuoteTerms


@dataclass(frozen=True)
class Office:
    """``place`` tells whom a visitor's address is counted with; ``silence``: after which a machine counts as offline;
    ``crm`` is None where nothing is mirrored, ``funnel`` is that of its deals, ``restores`` tells whether what differs over
    there is sent again by itself; ``zone``: by which clock a day begins; ``create_admin`` is the command that makes the first
    admin; ``accesses`` notes who looked at whose pictures, ``clocks`` say how long those stay, ``quote_terms`` how long
    offers are good."""

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
    funnel: int
    restores: Restores
    silence: timedelta
    zone: str
    create_admin: str
    accesses: AccessBook
    inspector: Inspector
    clocks: Clocks
    quote_terms: QuoteTerms
    kept: Kept = field(default_factory=Kept)

    @property
    def secure(self) -> bool:
        """Whether people reach us by https alone."""
        return self.base_url.startswith("https://")
