"""Signed, expiring links to stored files; the one builder of links in the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from makeline.kernel.signing import check_token, sign_name


class Audience(StrEnum):
    """Who a link is for, and so how long it lives. Staff sees pictures on pages of its own, by no link."""

    CUSTOMER = "end_user"
    MANUFACTURER = "chinese_manufacturing"
    STAFF = "staff"

    @property
    def lifetime(self) -> timedelta:
        """One hour to look at a proof; two days to print."""
        return timedelta(hours=1) if self is Audience.CUSTOMER else timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class Link:
    """An address that works until ``expires_at``."""

    url: str
    expires_at: datetime


class Links:
    """Makes and checks links. The first key signs, every key opens, so that keys can be rotated."""

    def __init__(self, base_url: str, keys: Sequence[bytes]) -> None:
        self.base_url = base_url.rstrip("/")
        self.keys = tuple(keys)

    def link(self, name: str, audience: Audience, now: datetime) -> Link:
        """A link to one stored file."""
        expires_at = (now + audience.lifetime).replace(microsecond=0)
        token = sign_name(self.keys[0], name, audience=audience.value, expires=int(expires_at.timestamp()))
        return Link(f"{self.base_url}/image/{name}?token={token}", expires_at)

    def check(self, name: str, token: str | None, now: datetime) -> Audience:
        """Whom the token was made for; raises ``kernel.signing.BadToken``."""
        audience = check_token(self.keys, name, token, audiences=_AUDIENCES, now=int(now.timestamp()))
        return Audience(audience)

    def made_at(self, token: str | None, audience: Audience) -> datetime:
        """When a token was made that ``check`` has found good, to the whole second."""
        expires = int((token or "").partition(":")[0])
        return datetime.fromtimestamp(expires, UTC) - audience.lifetime


_AUDIENCES = (Audience.CUSTOMER.value, Audience.MANUFACTURER.value)
