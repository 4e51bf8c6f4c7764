"""Two shops: one whose processes live as long as the run, and one that loses a process every minute."""

import asyncio
import itertools
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from makeline.commerce.accounts.queries import known_by_name
from makeline.commerce.accounts.sign_in import Visitor
from makeline.commerce.accounts.sign_up import NewUser, add_admin
from makeline.commerce.accounts.staff_session import StaffRule, open_staff_session
from makeline.foundation.database import Database
from makeline.foundation.postgres_database import DatabaseAway
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.staff_paths import staff_rule_of
from tests.conftest import prepare_shop
from tests.faults.floor import WIDE, usual_shell
from tests.faults.shop import Shop
from tests.servers.ports import free_port
from tests.servers.postgres import start_cluster
from tests.servers.process import Process
from tests.web import settings_of

# Everybody comes from one address here.
_LIMITS = (
    "ACCOUNT", "ADDRESS", "GUEST", "GUEST_FILES", "PARTNER", "PICTURES", "REGISTRATIONS", "SESSION", "SESSION_ADDRESS",
    "WEB_ORDERS",
)  # fmt: skip
_TRIES, _PAUSE = 30, 2.0
_BESIDE = {
    "stripe": ("makeline.adapters.stripe.simulator", "/stripe/webhook"),
    "portal": ("makeline.adapters.bitrix24.simulator", "/bitrix/webhook"),
}


class SoakedShop(Shop):
    """Asked with patience: on a machine that has much else to do, a connection may take longer than it should."""

    async def database(self) -> Database:
        """As ever, and again when the database was too slow to take us in."""
        for _ in range(_TRIES):
            try:
                return await super().database()
            except DatabaseAway:
                await asyncio.sleep(_PAUSE)
        return await super().database()


@dataclass
class WholeShop(SoakedShop):
    """With a simulated Stripe and a simulated CRM beside it; its one machine also works for the webstore."""

    beside: dict[str, int] = field(default_factory=lambda: {name: free_port() for name in _BESIDE})

    def start_beside(self) -> None:
        """Start who is asked by ours; they are never killed."""
        for name, (module, path) in _BESIDE.items():
            argv: list[str | Path] = [sys.executable, "-m", module, "--port", str(self.beside[name])]
            argv += ["--notify", f"{self.address(0)}{path}"]
            self.running[name] = Process.start(argv, log=self.folder / f"{name}.log")

    def _env(self, *, worker: str, port: str) -> dict[str, str]:
        return {
            **super()._env(worker=worker, port=port),
            **{f"LIMIT_{name}": "1000000" for name in _LIMITS},
            "STRIPE_SIMULATOR_PORT": str(self.beside["stripe"]),
            "CRM_SIMULATOR_PORT": str(self.beside["portal"]),
            "SHOP_MACHINES": WIDE,
            "STAFF_SECOND_FACTOR": "optional",
        }


@contextmanager
def two_shops() -> Generator[tuple[WholeShop, Shop]]:
    """The calm one on PostgreSQL with two servers, the restless one on SQLite with one; both with a worker."""
    with ExitStack() as stack:
        name = tempfile.TemporaryDirectory(prefix="makeline-soak-", ignore_cleanup_errors=True)
        folder = Path(stack.enter_context(name))
        # The database server runs as a user of its own.
        folder.chmod(0o755)
        for one in ("postgres", "calm", "restless"):
            (folder / one).mkdir()
        cluster = stack.enter_context(
            start_cluster(folder / "postgres", settings={"synchronous_commit": "on"})
        )
        calm = WholeShop(cluster.server.dsn(), folder / "calm", ports=[free_port(), free_port()])
        restless = SoakedShop(f"sqlite:///{folder / 'restless' / 'makeline.sqlite'}", folder / "restless")
        for shop in (calm, restless):
            prepare_shop(shop.url)
            stack.callback(shop.close)
        yield calm, restless


async def open_for_business(shop: Shop) -> None:
    """Everything of a shop runs and its partner has blanks."""
    await shop.furnish()
    shop.start_partner()
    if isinstance(shop, WholeShop):
        shop.start_beside()
    for number in range(len(shop.ports)):
        shop.start_server(number, worker="apart")
        await asyncio.to_thread(shop.wait)
    shop.start_worker()
    shop.fill_partner(await shop.ask(usual_shell))


async def kill_in_turns(shop: Shop, every: float, killed: list[str]) -> None:
    """One process after the other dies and is started again, until it is cancelled."""
    for victim in itertools.cycle(("server-0", "worker")):
        await asyncio.sleep(every)
        shop.kill(victim)
        killed.append(victim)
        if victim == "worker":
            shop.start_worker()
        else:
            shop.start_server(0, worker="apart")


async def desks_of_staff(shop: Shop, number: int) -> list[str]:
    """So many signed-in browsers of one clerk."""
    rule = staff_rule_of(settings_of(staff_second_factor="optional"))
    await shop.ask(_clerk)
    return await shop.ask(lambda unit: [_browser(unit, rule) for _ in range(number)])


def _clerk(unit: UnitOfWork) -> None:
    person = NewUser("clerk", "clerk@example.com")
    add_admin(unit, person, password_hash="$argon2id$nothing opens this", further=True)


def _browser(unit: UnitOfWork, rule: StaffRule) -> str:
    known = known_by_name(unit, "clerk")
    assert known is not None
    return open_staff_session(unit, known, Visitor("127.0.0.1", "a browser"), rule=rule)
