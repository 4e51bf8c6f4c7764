"""Questions about who may get in: keys and networks of all partners, kept in memory until somebody changes them."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from makeline.cases.machines.models import api_keys, machines, partner_networks, partners
from makeline.cases.machines.partners import ACCESS_TOPIC, demo_partner, own_limits
from makeline.cases.machines.queries import TOPIC as MACHINES
from makeline.cases.machines.queries import Fleet, fleet
from makeline.cases.machines.scopes import Scope
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

TOPIC = ACCESS_TOPIC
# What the memory is made of: a change of either makes it old.
TOPICS = (TOPIC, MACHINES)

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


class KnownKey(NamedTuple):
    """A key as it stands in the table, with the names of whom it speaks for."""

    id: int
    partner_id: int
    machine_id: int | None
    prefix: str
    secret_hash: str
    scopes_text: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None
    partner: str
    machine: str | None

    @property
    def scopes(self) -> frozenset[Scope]:
        """What it is good for."""
        return frozenset(Scope(word) for word in self.scopes_text.split())


class KnownNetwork(NamedTuple):
    """A network that stands for a partner."""

    partner_id: int
    partner: str
    text: str


_K = api_keys.c
KEYS = Query(
    select(
        _K.id,
        _K.partner_id,
        _K.machine_id,
        _K.prefix,
        _K.secret_hash,
        _K.scopes,
        _K.created_at,
        _K.expires_at,
        _K.revoked_at,
        _K.last_used_at,
        partners.c.name,
        machines.c.key,
    )
    .join_from(api_keys, partners, partners.c.id == _K.partner_id)
    .outerjoin(machines, machines.c.id == _K.machine_id)
    .order_by(_K.id),
    KnownKey,
)
NETWORKS = Query(
    select(partner_networks.c.partner_id, partners.c.name, partner_networks.c.network)
    .join_from(partner_networks, partners, partners.c.id == partner_networks.c.partner_id)
    .order_by(partner_networks.c.id),
    KnownNetwork,
)


@dataclass(frozen=True)
class Access:
    """All keys by their hash and by their prefix, all networks (the narrowest first), and the machines."""

    by_hash: Mapping[str, KnownKey]
    by_prefix: Mapping[str, KnownKey]
    networks: Sequence[tuple[Network, KnownNetwork]]
    fleet: Fleet
    demo_partner: int | None
    # Calls a minute of partners who have a limit of their own.
    limits: Mapping[int, int] = field(default_factory=dict)

    def limit_of(self, partner_id: int | None) -> int | None:
        """The partner's own calls a minute; None: the usual."""
        return self.limits.get(partner_id) if partner_id is not None else None

    def partner_at(self, address: Address) -> KnownNetwork | None:
        """Whose network the address lies in; the narrowest network decides."""
        for network, known in self.networks:
            if address in network:
                return known
        return None


def access(unit: Reading) -> Access:
    """Everything, as the database has it now."""
    keys = unit.all(KEYS)
    networks = [(ipaddress.ip_network(known.text), known) for known in unit.all(NETWORKS)]
    networks.sort(key=lambda entry: entry[0].prefixlen - entry[0].max_prefixlen, reverse=True)
    return Access(
        by_hash={key.secret_hash: key for key in keys},
        by_prefix={key.prefix: key for key in keys},
        networks=networks,
        fleet=fleet(unit),
        demo_partner=demo_partner(unit),
        limits=own_limits(unit),
    )
