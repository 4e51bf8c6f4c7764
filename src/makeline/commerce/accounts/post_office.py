"""What writing letters needs of the house."""

from dataclasses import dataclass

from makeline.commerce.notices.mailer import Mailer
from makeline.foundation.unit_of_work import Begin

# Where the page of a link lies.
PATH = "/account/letters/"


@dataclass(frozen=True, slots=True)
class PostOffice:
    """``base_url``: the public address; nothing that a caller sent ever stands in a link. ``staff``: where letters to
    staff go; empty: none are written."""

    begin: Begin
    mailer: Mailer
    base_url: str
    staff: str = ""

    def link(self, token: str) -> str:
        """The address of the page that spends a token."""
        return f"{self.base_url}{PATH}{token}"
