"""What writing letters needs of the house."""

from dataclasses import dataclass

from makeline.commerce.notices.mailer import Letter, Mailer
from makeline.foundation.unit_of_work import Begin

# Where the page of a link lies.
PATH = "/account/letters/"
# What the history calls a letter that left; it stands with the order that it tells of.
LETTER = "letter"


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

    async def send_about_order(self, letter: Letter, order_id: int) -> None:
        """Hand a letter over, and let the history of its order say so. Raises ``MailTrouble``."""
        await self.mailer.send(letter)
        await self.begin(
            lambda unit: unit.note(LETTER, order_id, "written", "posted", cause=letter.subject[:200]),
            actor="post office",
        )
