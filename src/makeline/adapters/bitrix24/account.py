"""Who we are at a portal: whoever knows the address of an incoming webhook, or an application that somebody let in."""

import time
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlsplit

import httpx2

from makeline.adapters.bitrix24.token_file import TokenFile, Tokens
from makeline.crm.gateway import CrmAway, CrmMisconfigured

# A token that ends while a call is under way is renewed before it.
_EARLY = 60.0


class Way(NamedTuple):
    """Where one call goes, and what it says of us. Both are secrets."""

    address: str
    signature: dict[str, str]


class PortalAccount(Protocol):
    """One account at one portal."""

    @property
    def origin(self) -> str:
        """The portal's own address: where its files lie."""
        ...

    async def way(self, method: str) -> Way:
        """How a call is made now. Raises ``CrmTrouble``."""
        ...

    async def renew(self, refused: Way) -> bool:
        """A call was refused because its token had ended: whether there is a new one. Raises ``CrmTrouble``."""
        ...


class WebhookAccount:
    """``url`` is the address of an incoming webhook, ``https://portal/rest/1/code/``. It is a password."""

    def __init__(self, url: str) -> None:
        self.origin = url if url.endswith("/") else f"{url}/"

    async def way(self, method: str) -> Way:
        """See ``PortalAccount``."""
        return Way(f"{self.origin}{method}.json", {})

    async def renew(self, refused: Way) -> bool:  # noqa: ARG002 - a webhook's password has no other
        """See ``PortalAccount``."""
        return False


class AppAccount:
    """An application of a portal, by OAuth. ``portal`` and ``oauth`` are root addresses; ``tokens`` keeps what was granted."""

    def __init__(
        self,
        portal: str,
        *,
        client_id: str,
        client_secret: str,
        oauth: str,
        tokens: TokenFile,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.origin = f"{portal.rstrip('/')}/"
        self._client_id = client_id
        self._client_secret = client_secret
        self._oauth = f"{oauth.rstrip('/')}/oauth/token/"
        self._tokens = tokens
        self._clock = clock

    async def way(self, method: str) -> Way:
        """See ``PortalAccount``."""
        granted = self._tokens.read()
        if granted is None:
            raise CrmMisconfigured("nobody has let us into the portal: makeline crm sign-in")
        if granted.ends_at - _EARLY <= self._clock():
            granted = await self._renewed(granted.access)
        return Way(f"{self.origin}rest/{method}.json", {"auth": granted.access})

    async def renew(self, refused: Way) -> bool:
        """See ``PortalAccount``."""
        await self._renewed(refused.signature["auth"])
        return True

    async def let_in(self, code: str) -> None:
        """Take the code that the portal has shown to an administrator. Raises ``CrmTrouble``."""
        async with self._tokens.alone():
            self._tokens.write(await self._ask({"grant_type": "authorization_code", "code": code}))

    async def _renewed(self, spent: str) -> Tokens:
        """One process renews, the others take what it got: the old token is good for one renewal only."""
        async with self._tokens.alone():
            granted = self._tokens.read()
            if granted is None:
                raise CrmMisconfigured("nobody has let us into the portal: makeline crm sign-in")
            if granted.access != spent:
                return granted
            renewed = await self._ask({"grant_type": "refresh_token", "refresh_token": granted.refresh})
            self._tokens.write(renewed)
            return renewed

    async def _ask(self, wanted: dict[str, str]) -> Tokens:
        asked = {**wanted, "client_id": self._client_id, "client_secret": self._client_secret}
        try:
            async with httpx2.AsyncClient(timeout=30.0, trust_env=False, follow_redirects=False) as http:
                answer = await http.get(self._oauth, params=asked)
        except (httpx2.HTTPError, OSError) as error:
            # Its text may hold the address, and that the secrets.
            raise CrmAway(f"the sign-in of the portal: {type(error).__name__}") from None
        return self._granted(answer)

    def _granted(self, answer: httpx2.Response) -> Tokens:
        try:
            told: Any = answer.json()
        except ValueError:
            told = None
        if not isinstance(told, dict) or answer.status_code >= 500:
            raise CrmAway(f"the sign-in of the portal: HTTP {answer.status_code}")
        if "error" in told or answer.status_code >= 400:
            word = str(told.get("error") or answer.status_code)[:60]
            raise CrmMisconfigured(f"the portal does not let us in any more ({word}): makeline crm sign-in")
        try:
            access, refresh = str(told["access_token"]), str(told["refresh_token"])
            ends_at = self._clock() + float(told["expires_in"])
        except (KeyError, TypeError, ValueError):
            raise CrmAway("the sign-in of the portal: an answer without tokens") from None
        self._must_be_here(told)
        return Tokens(access, refresh, ends_at)

    def _must_be_here(self, told: dict[str, Any]) -> None:
        """Tokens of another portal are no use, and are sent nowhere."""
        endpoint = str(told.get("client_endpoint") or "")
        there, here = urlsplit(endpoint).hostname, urlsplit(self.origin).hostname
        if endpoint and there != here:
            raise CrmMisconfigured(f"we were let into {there}, and CRM_PORTAL is {here}")
