"""The address of a customer's order page: nobody can guess it, it outlives restarts, and staff can make it anew."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from makeline.cases.kiosk.models import KioskSession

# 18 bytes of a keyed digest: 144 bits.
_PROOF_BYTES = 18
_LONGEST_TOKEN = 200


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
        return f"{name}.{_proof(self.keys[0], name)}"

    def read(self, token: str) -> PageName | None:
        """What an address names; None for whatever we never gave away, however it is wrong."""
        if len(token) > _LONGEST_TOKEN or not token.isascii():
            return None
        name, _, given = token.rpartition(".")
        genuine = False
        for key in self.keys:
            genuine |= hmac.compare_digest(_proof(key, name), given)
        if not genuine or not name:
            return None
        session_key, _, edition = name.rpartition(".")
        # A session's name ends in letters after an underscore, never in a number after a point.
        return PageName(session_key, int(edition)) if session_key and edition.isdigit() else PageName(name, 0)

    def opens(self, name: PageName, session: KioskSession, now: datetime) -> bool:
        """Whether this edition of the address is the latest one, and not too old."""
        return name.edition == session.link_edition and now < session.created_at + self.good_for


def _proof(key: bytes, name: str) -> str:
    # The words in front keep these apart from every other use of the same keys.
    digest = hmac.digest(key, f"order page:{name}".encode(), "sha256")
    return urlsafe_b64encode(digest[:_PROOF_BYTES]).decode()
