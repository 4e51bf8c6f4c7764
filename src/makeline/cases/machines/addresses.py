"""From which address a call really comes. Only what trusted proxies added is believed."""

import ipaddress
from collections.abc import Sequence
from functools import lru_cache

from starlette.requests import Request

from makeline.cases.machines.access import Address, Network

_MOST_HOPS = 10


@lru_cache(maxsize=4096)
def parsed(text: str) -> Address | None:
    """An address, or None; IPv4 written as IPv6 is IPv4."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def client_address(request: Request, proxies: Sequence[Network]) -> str:
    """The peer's address; behind trusted proxies the last hop that none of them added.

    Every line of the header counts, in order: a client cannot hide the proxy's word behind a line of his own.
    """
    client = request.scope.get("client")
    peer = client[0] if client else "unknown"
    if not proxies or not _is_in(peer, proxies):
        return peer
    lines = request.headers.getlist("x-forwarded-for")
    if not lines:
        return peer
    hops = [hop.strip() for line in lines for hop in line.split(",")]
    if len(hops) > _MOST_HOPS:
        return peer
    for hop in reversed(hops):
        address = parsed(hop)
        if address is None:
            return peer
        if not _is_in(hop, proxies):
            return str(address)
    return peer


def is_loopback(text: str) -> bool:
    """Whether an address is of this very machine."""
    address = parsed(text)
    return address is not None and address.is_loopback


@lru_cache(maxsize=4096)
def neighbourhood(text: str) -> str:
    """Whom an address is counted with: itself, or for IPv6 its /64, which one customer is given whole."""
    address = parsed(text)
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address) if address else text[:64]


def _is_in(text: str, networks: Sequence[Network]) -> bool:
    address = parsed(text)
    return address is not None and any(address in network for network in networks)
