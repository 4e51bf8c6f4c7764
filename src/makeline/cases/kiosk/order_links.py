"""The address of a customer's order page: nobody can guess it, it outlives restarts, and staff can make it anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from makeline.cases.kiosk.models import KioskSession
from makeline.cases.ordering.page_token import name_in, page_token

_PURPOSE = "order page"


class PageName(NamedTuple):
    """Whose page an address opens, and which edition of the address it is."""

    session_key: str
    edition: int


@dataclass(frozen=True)
class OrderLinks:
    """Makes and reads addresses. The first key makes them, every key reads, so that keys can be rotated.

    An address is good for ``good_for`` after its session was opened.
    """

    base_url: str
    keys: Sequence[bytes]
    good_for: timedelta

    def url(self, session: KioskSession) -> str:
        """The page's whole address, fit for a QR code."""
        return f"{self.base_url}/o/{self.token(session.key, edition=session.link_edition)}"

    def token(self, session_key: str, *, edition: int = 0) -> str:
        """The session's name with the proof that we named it: derived, so nothing has to be kept."""
        name = f"{session_key}.{edition}" if edition else session_key
        return page_token(self.keys, _PURPOSE, name)

    def read(self, token: str) -> PageName | None:
        """What an address names; None for whatever we never gave away, however it is wrong."""
        name = name_in(self.keys, _PURPOSE, token)
        if name is None:
            return None
        session_key, _, edition = name.rpartition(".")
        # A session's name ends in letters after an underscore, never in a number after a point.
        return PageName(session_key, int(edition)) if session_key and edition.isdigit() else PageName(name, 0)

    def opens(self, name: PageName, session: KioskSession, now: datetime) -> bool:
        """Whether this edition of the address is the latest one, and not too old."""
        return name.edition == session.link_edition and now < session.created_at + self.good_for
