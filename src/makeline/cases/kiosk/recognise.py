"""Who is calling: by the loopback rule of the embedded default, by the phone's secret, or nobody we know."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from starlette.requests import Request

from makeline.cases.kiosk.join import hash_of_token
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.partners import demo_partner
from makeline.foundation.unit_of_work import Read

COOKIE = "client_token"
_MOST_HOPS = 10
_BROWSER_HEADERS = ("origin", "sec-fetch-site")
# The only paths on which a caller of this very machine counts as the demo partner.
_PARTNER_PATHS = ("/api/chinese/", "/api/vending/")
_LOOPBACK_HOSTS = ("127.0.0.1", "localhost", "[::1]")

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Trust:
    """What the settings say about whom to believe."""

    loopback: bool
    test_machines: bool
    proxies: Sequence[Network]


class Recogniser:
    """Turns a request into a ``Caller``; no request can choose its own way of being recognised."""

    def __init__(self, trust: Trust, read: Read) -> None:
        self._trust = trust
        self._read = read
        self._demo_partner: int | None = None

    async def caller(self, request: Request) -> Caller:
        """The caller of a partner or kiosk path."""
        headers = request.headers
        address = client_address(request, self._trust.proxies)
        from_browser = any(name in headers for name in _BROWSER_HEADERS)
        partner_id = None
        name = f"address {address}"
        if self._trust.loopback and not from_browser and _is_plain_loopback(request):
            if self._demo_partner is None:
                self._demo_partner = await self._read(demo_partner)
            partner_id = self._demo_partner
            name = "partner demo"
        token = _token_in(request)
        if token is not None and partner_id is None:
            name = "customer's phone"
        return Caller(
            name=name,
            address=address,
            partner_id=partner_id,
            test_machines=self._trust.test_machines,
            from_browser=from_browser,
            token_hash=hash_of_token(token) if token else None,
        )


def client_address(request: Request, proxies: Sequence[Network]) -> str:
    """The peer's address; behind trusted proxies the last hop that none of them added."""
    peer = request.client.host if request.client else "unknown"
    if not proxies or not _is_in(peer, proxies):
        return peer
    forwarded = request.headers.get("x-forwarded-for")
    if not forwarded:
        return peer
    hops = [hop.strip() for hop in forwarded.split(",")]
    if len(hops) > _MOST_HOPS:
        return peer
    for hop in reversed(hops):
        try:
            ipaddress.ip_address(hop)
        except ValueError:
            return peer
        if not _is_in(hop, proxies):
            return hop
    return peer


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)


def _is_plain_loopback(request: Request) -> bool:
    if not request.scope["path"].startswith(_PARTNER_PATHS):
        return False
    headers = request.headers
    if request.client is None or "forwarded" in headers or "x-forwarded-for" in headers:
        return False
    host = headers.get("host", "")
    name = host if host.endswith("]") else host.rsplit(":", 1)[0]
    return name in _LOOPBACK_HOSTS and _is_loopback(request.client.host)


@lru_cache(maxsize=1024)
def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _token_in(request: Request) -> str | None:
    authorization = request.headers.get("authorization")
    if authorization is not None:
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "bearer" and value:
            return value.strip()
    return request.cookies.get(COOKIE) if "cookie" in request.headers else None
