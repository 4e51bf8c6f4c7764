"""Partners: added by staff, found by their name, known by their networks."""

import ipaddress
from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, delete, select, update

from makeline.cases.machines.models import partner_networks, partners
from makeline.foundation.statements import Change, Query
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid, Kind, NotFound, Refusal

# The partner of the sample shop; the embedded default takes callers on this machine for him.
DEMO_PARTNER = "demo"
# Whoever remembers who may get in listens to it.
ACCESS_TOPIC = "access"

_LONGEST_NAME = 60


class _Id(NamedTuple):
    id: int


class _Owner(NamedTuple):
    partner_id: int


_BY_NAME = Query(select(partners.c.id).where(partners.c.name == bindparam("name")), _Id)
_FORGET = Change(delete(partner_networks).where(partner_networks.c.partner_id == bindparam("partner_id")))
_OWNER = Query(
    select(partner_networks.c.partner_id).where(partner_networks.c.network == bindparam("network")), _Owner
)


class _Version(NamedTuple):
    api_version: str | None


_VERSION = Query(select(partners.c.api_version).where(partners.c.id == bindparam("partner_id")), _Version)
_READS = Change(
    update(partners)
    .where(partners.c.id == bindparam("partner_id"))
    .values(api_version=bindparam("api_version"))
)
_LIMITS: Query[tuple[int, int]] = Query(
    select(partners.c.id, partners.c.calls_a_minute).where(partners.c.calls_a_minute.is_not(None)), tuple
)
_MAY_CALL = Change(
    update(partners).where(partners.c.id == bindparam("partner_id")).values(calls_a_minute=bindparam("calls"))
)
_MOST_CALLS = 1_000_000
# The versions of the documents that there are.
API_VERSIONS = ("2.1", "2.2")


class NameTaken(Refusal):
    """There is a partner of this name."""

    code = "NAME_TAKEN"
    kind = Kind.CONFLICT


class NetworkTaken(Refusal):
    """The very network stands for another partner."""

    code = "NETWORK_TAKEN"
    kind = Kind.CONFLICT


def demo_partner(unit: Reading) -> int | None:
    """The id of the sample shop's partner, if there is one."""
    row = unit.first(_BY_NAME, name=DEMO_PARTNER)
    return row.id if row else None


def partner_called(unit: Reading, name: str) -> int:
    """The id of a partner; raises ``NotFound``."""
    row = unit.first(_BY_NAME, name=name)
    if row is None:
        raise NotFound(f"there is no partner {name}")
    return row.id


def add_partner(unit: UnitOfWork, name: str) -> int:
    """A new partner, without machines and keys; returns his id."""
    name = name.strip()
    if not name.isprintable() or not 1 <= len(name) <= _LONGEST_NAME:
        raise Invalid(FieldProblem("name", f"needs 1 to {_LONGEST_NAME} printable characters", name[:100]))
    if unit.first(_BY_NAME, name=name) is not None:
        raise NameTaken(f"there is a partner {name} already")
    partner_id = unit.new_id(partners)
    unit.add(partners, id=partner_id, name=name, created_at=unit.now)
    unit.touch(ACCESS_TOPIC)
    return partner_id


def version_read_by(unit: Reading, partner_id: int) -> str | None:
    """Which version of the documents a partner reads; None when nobody has said so."""
    row = unit.first(_VERSION, partner_id=partner_id)
    return row.api_version if row else None


def choose_version(unit: UnitOfWork, partner_id: int, version: str) -> None:
    """From now on answers with two forms have this one for the partner, unless his call names another."""
    if version not in API_VERSIONS:
        raise Invalid(FieldProblem("version", f"is one of {', '.join(API_VERSIONS)}", version[:20]))
    unit.put(_READS, partner_id=partner_id, api_version=version)


def own_limits(unit: Reading) -> dict[int, int]:
    """Calls a minute by partner, of those who have a limit of their own."""
    return dict(unit.all(_LIMITS))


def choose_limit(unit: UnitOfWork, partner_id: int, calls: int | None) -> None:
    """So many calls a minute for the partner, and for each of his machines that a call names; None: the usual."""
    if calls is not None and not 1 <= calls <= _MOST_CALLS:
        raise Invalid(FieldProblem("calls", f"must be from 1 to {_MOST_CALLS}", calls))
    unit.put(_MAY_CALL, partner_id=partner_id, calls=calls)
    unit.touch(ACCESS_TOPIC)


def list_networks(unit: UnitOfWork, partner_id: int, networks: Sequence[str]) -> list[str]:
    """These networks and no others stand for the partner from now on; returns them as they are written.

    An address alone is a network of one. The whole world is refused.
    """
    listed = [_network(text) for text in networks]
    unit.change(_FORGET, partner_id=partner_id)
    for network in dict.fromkeys(listed):
        owner = unit.first(_OWNER, network=network)
        if owner is not None:
            raise NetworkTaken(f"the network {network} stands for another partner")
        unit.add(
            partner_networks,
            id=unit.new_id(partner_networks),
            partner_id=partner_id,
            network=network,
            created_at=unit.now,
        )
    unit.touch(ACCESS_TOPIC)
    return listed


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text.strip())
    except ValueError:
        raise Invalid(FieldProblem("network", "must be like 203.0.113.0/24 or 2001:db8::/48", text)) from None
    if network.prefixlen < (8 if network.version == 4 else 16):
        raise Invalid(FieldProblem("network", "is too wide to stand for one partner", text))
    return str(network)
