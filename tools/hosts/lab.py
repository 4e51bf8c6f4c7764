"""The product on two hosts, its engines on a third, print partner and Stripe on one each, customers and balancer on another."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from makeline.adapters.print_partner.simulator.settings import (
    BASE_PATH,
    DEMO_ACCOUNT,
    DEMO_KEY,
    DEMO_PASSWORD,
)
from makeline.cases.machines.keys import issue_key
from makeline.cases.machines.partners import demo_partner
from makeline.cases.machines.scopes import EVERY_SCOPE
from makeline.foundation.unit_of_work import UnitOfWork
from tests.conftest import prepare_shop
from tests.faults.floor import WIDE, usual_shell
from tests.faults.shop import Shop
from tests.servers.postgres import Cluster, Durability, start_cluster
from tests.servers.process import Process
from tests.servers.s3 import start_s3
from tests.servers.valkey import start_valkey
from tools.hosts.balancer import Place
from tools.hosts.network import Host, Network

ADDRESSES = {
    "east": "10.77.0.11",
    "west": "10.77.0.12",
    "engines": "10.77.0.21",
    "partner": "10.77.0.31",
    "bank": "10.77.0.32",
    "street": "10.77.0.41",
}
SHOPS = ("east", "west")
# Inside namespaces of our own nobody else can have them.
DOOR, _PARTNER, STRIPE, _POSTGRES, _VALKEY, _S3 = 8080, 8101, 8103, 5432, 6379, 9000
_WEB = (8000, 8001)
_BUCKET = "pictures"
_LAUNCHER = Path(sys.executable).with_name("makeline")
_PATIENCE = 120.0
# Everybody comes from one address here.
_LIMITS = ("ADDRESS", "SESSION_ADDRESS", "GUEST", "PICTURES", "WEB_ORDERS")
_SECRET = "a key of the lab that nobody else has"


@dataclass
class Lab(Shop):
    """A ``Shop`` whose processes live on hosts; ``ports`` is the balancer's, on the host of whoever asks."""

    network: Network = field(kw_only=True)
    cluster: Cluster = field(init=False)
    # What customers and the partner's notices carry.
    key: str = ""

    @classmethod
    def on(cls, network: Network, folder: Path) -> Self:
        """All of it on these hosts, with its files in ``folder``; nothing runs yet."""
        url = f"postgresql://postgres@{ADDRESSES['engines']}:{_POSTGRES}/postgres"
        return cls(
            url,
            folder,
            partner_port=_PARTNER,
            ports=[DOOR],
            partner_host="0.0.0.0",
            network=network,
        )

    @property
    def places(self) -> list[Place]:
        """Every web server."""
        return [(ADDRESSES[name], port) for name in SHOPS for port in _WEB]

    def address(self, number: int) -> str:
        """The balancer's, for those who are not in the street."""
        return f"http://{ADDRESSES['street']}:{self.ports[number]}"

    def host(self, name: str) -> Host:
        return self.network.hosts[name]

    async def open(self) -> None:
        """Everything runs and is ready; the caller is in the street."""
        await self.furnish()
        self.key = (await self.ask(_issued)).text
        self.partner_env["SIMULATED_PARTNER_NOTICE_KEY"] = self.key
        self.start_engine("partner")
        self._wait_for_partner()
        # Before anybody asks him what lies in the machines.
        self.fill_partner(await self.ask(usual_shell))
        self.start_stripe()
        for name in SHOPS:
            self.start_shop(name)
        self.wait()

    def control(self, wishes: Mapping[str, Any]) -> None:
        """He takes that from his own host alone."""
        with self.host("partner").inside():
            super().control(wishes)

    def start_database(self) -> None:
        """With the sample shop in it; before any event loop runs."""
        folder = self.folder / "postgres"
        folder.mkdir()
        access = self.folder / "hba.conf"
        access.write_text("local all all trust\nhost all all 10.77.0.0/24 trust\n")
        settings = {
            "listen_addresses": ADDRESSES["engines"],
            "hba_file": str(access),
            "max_connections": "200",
        }
        with self.host("engines").inside():
            self.cluster = start_cluster(
                folder, durability=Durability.PRODUCTION, settings=settings, port=_POSTGRES
            )
        prepare_shop(self.url)

    def start_engine(self, name: str) -> None:
        """PostgreSQL, Valkey, the store of pictures or the partner: again what it was."""
        with self.host("partner" if name == "partner" else "engines").inside():
            match name:
                case "postgres":
                    self.cluster.start()
                case "valkey":
                    process, _ = start_valkey(self.folder / "valkey", port=_VALKEY, host=ADDRESSES["engines"])
                    self.running[name] = process
                case "s3":
                    self.running[name], server = start_s3(
                        self.folder / "s3", port=_S3, host=ADDRESSES["engines"], keeps=True
                    )
                    if not (self.folder / "s3" / "made").exists():
                        server.create_bucket(_BUCKET)
                        (self.folder / "s3" / "made").touch()
                case _:
                    self.start_partner()

    def start_stripe(self) -> None:
        """He is asked at every shop's own loopback address, and tells the street's balancer."""
        argv: list[str | Path] = [sys.executable, "-m", "makeline.adapters.stripe.simulator"]
        argv += ["--host", ADDRESSES["bank"], "--port", str(STRIPE), "--data", self.folder / "stripe"]
        argv += ["--notify", f"{self.address(0)}/stripe/webhook"]
        with self.host("bank").inside():
            self.running["stripe"] = Process.start(argv, log=self.folder / "stripe.log")
        wire = [sys.executable, "-m", "tools.hosts.wire", str(STRIPE), ADDRESSES["bank"], str(STRIPE)]
        for name in SHOPS:
            with self.host(name).inside():
                self.running[f"{name} wire"] = Process.start(wire, log=self.folder / f"{name}-wire.log")

    def kill_engine(self, name: str) -> None:
        """As a power cut would."""
        if name == "postgres":
            self.cluster.kill()
        else:
            self.kill(name)

    def start_shop(self, name: str) -> None:
        """Two web servers and a worker on one host."""
        address = ADDRESSES[name]
        with self.host(name).inside():
            for port in _WEB:
                argv = [_LAUNCHER, "serve", "--port", str(port), "--data-dir", self.folder / name]
                self._start(f"{name} {port}", argv, HOST=address)
            self._start(f"{name} worker", [_LAUNCHER, "work", "--data-dir", self.folder / name])

    def _start(self, name: str, argv: list[str | Path], **env: str) -> None:
        log = self.folder / f"{name.replace(' ', '-')}.log"
        self.running[name] = Process.start(argv, log=log, env=self._settings() | env)

    def wait(self) -> None:
        """Until every web server answers."""
        for name in SHOPS:
            for port in _WEB:
                process = self.running[f"{name} {port}"]
                process.wait_for_http(f"http://{ADDRESSES[name]}:{port}/ready", patience=_PATIENCE)

    def _wait_for_partner(self) -> None:
        address = f"http://{ADDRESSES['partner']}:{_PARTNER}/health"
        self.running["partner"].wait_for_http(address, patience=_PATIENCE)

    def close(self) -> None:
        """Stop everything, whatever of it is there."""
        super().close()
        if hasattr(self, "cluster"):
            self.cluster.kill()
        self.network.close()

    def _settings(self) -> dict[str, str]:
        engines = ADDRESSES["engines"]
        return {
            **self._env(worker="apart", port=str(_WEB[0])),
            "DATABASE_CONNECTIONS": "8",
            "DELIVERY_LEASE_SECONDS": "10",
            "BASE_URL": f"http://{ADDRESSES['street']}:{DOOR}",
            "STORAGE_URL": f"s3://{_BUCKET}",
            "S3_ENDPOINT": f"http://{engines}:{_S3}",
            "S3_ACCESS_KEY": "test",
            "S3_SECRET_KEY": "test",
            "VALKEY_URL": f"valkey://{engines}:{_VALKEY}",
            "LIMIT_PROCESSES": "4",
            "PARTNER_BASE_URL": f"http://{ADDRESSES['partner']}:{_PARTNER}{BASE_PATH}",
            "PARTNER_ACCOUNT": DEMO_ACCOUNT,
            "PARTNER_PASSWORD": DEMO_PASSWORD,
            "PARTNER_KEY": DEMO_KEY,
            "CRM": "off",
            "STRIPE_SIMULATOR_PORT": str(STRIPE),
            # Nobody waits a minute here for a question about a page that was left open.
            "CHECKOUT_SILENCE_SECONDS": "5",
            "SHOP_MACHINES": WIDE,
            **{name: f"{_SECRET} {name}" for name in ("LINK_KEYS", "SIGNING_KEYS", "TOKEN_KEYS")},
            **{f"LIMIT_{name}": "1000000" for name in _LIMITS},
        }


def _issued(unit: UnitOfWork) -> Any:
    partner_id = demo_partner(unit)
    assert partner_id is not None
    return issue_key(unit, partner_id, scopes=EVERY_SCOPE)
