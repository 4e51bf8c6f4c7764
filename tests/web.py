"""The whole application over a real socket, in the loop of the test, with the test's database, clock and fakes.

    async with open_shop(given) as shop:
        answer = await shop.operator.get("/health")

Nothing of the product is replaced but what its own ports allow: ``create_app(settings, build=…)`` gets a house
whose storage, renderer and partner are the fakes of ``given``. The worker does not run unless ``worker="inside"``.
"""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import httpx2
import uvicorn
from argon2 import PasswordHasher
from starlette.types import ASGIApp

from makeline.adapters.drawing.slip_press import PdfSlipPress
from makeline.cases.kiosk.recognise import Trust
from makeline.cases.machines.refusal_book import RefusalBook
from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.tokens import TokenKeys
from makeline.commerce.files.accesses import AccessBook
from makeline.commerce.files.links import Links
from makeline.foundation.rate_limits import LocalLimiter
from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import GROUPS
from makeline.foundation.web.event_stream import Streams
from makeline.foundation.web.slow_callers import HeadLimits, patient
from makeline.main.app import create_app
from makeline.main.stylists import Stylists
from makeline.main.wiring import House, limiter_of, scanner_of
from tests.given import Given

LINK_KEY = "0123456789abcdef0123456789abcdef"
TOKEN_KEY = b"fedcba9876543210" * 4
# Tests prove who knows a password, not how long a guess takes.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PHONE_ADDRESS = "198.51.100.7"
STRANGE_ADDRESS = "203.0.113.9"
_LONGEST_ANSWER = 20.0
_LONGEST_GOODBYE = 5.0


@dataclass
class OpenShop:
    """A running application and the people who call it.

    ``app`` and ``house`` are the running ones; what ``given`` does is seen by the application at once, and the
    other way round.
    """

    given: Given
    app: ASGIApp
    house: House
    settings: Settings
    url: str
    transport: httpx2.AsyncHTTPTransport
    streams: Streams

    @property
    def operator(self) -> httpx2.AsyncClient:
        """The partner's own machine on the loopback address: operates every machine of the sample shop."""
        return self.caller()

    @property
    def stranger(self) -> httpx2.AsyncClient:
        """Somebody from elsewhere whom nobody knows."""
        return self.caller({"x-forwarded-for": STRANGE_ADDRESS})

    @property
    def browser(self) -> httpx2.AsyncClient:
        """The loopback address, but through a web page of somebody else."""
        return self.caller({"origin": "http://elsewhere.test", "sec-fetch-site": "cross-site"})

    def phone(self, token: str, address: str = PHONE_ADDRESS) -> httpx2.AsyncClient:
        """A customer's phone that holds ``token``."""
        return self.caller({"authorization": f"Bearer {token}", "x-forwarded-for": address})

    def caller(self, headers: dict[str, str] | None = None) -> httpx2.AsyncClient:
        """A client that sends ``headers`` with every request; needs no closing."""
        return httpx2.AsyncClient(
            base_url=self.url, headers=headers, transport=self.transport, timeout=_LONGEST_ANSWER
        )


@lru_cache(maxsize=512)
def _group(group: Any, said: tuple[tuple[str, Any], ...]) -> Any:
    """What is said alike in many tests is read once: reading settings takes longer than many a test."""
    return group(**dict(said))


def settings_of(**changes: Any) -> Settings:
    """Settings by their names in lower case, whatever their group: ``settings_of(worker="inside", port=1)``."""
    # What a command of the same process has turned on for its user is not for tests.
    changes = {"demo_files": "off", **changes}
    # Nearly every test has a port of its own.
    ports = {name: changes.pop(name) for name in ("port",) if isinstance(changes.get(name), int)}
    groups: list[Any] = [
        _group(group, tuple((name, value) for name, value in changes.items() if name in group.model_fields))
        for group in GROUPS
    ]
    groups = [
        group.model_copy(update=ports) if "port" in type(group).model_fields else group for group in groups
    ]
    unknown = changes.keys() - {name for group in GROUPS for name in group.model_fields}
    assert not unknown, unknown
    return Settings(*groups)


def house_of(given: Given, settings: Settings) -> House:
    """The database and the fakes of ``given`` as the house of one process; closing it leaves them open."""
    security = settings.security
    networks = [part.strip() for part in security.trusted_proxies.split(",") if part.strip()]
    return House(
        settings=settings,
        database=given.database,
        storage=given.storage,
        renderer=given.renderer,
        partner=given.partner,
        shelf=given.partner,
        slips=PdfSlipPress(),
        intake=given.intake,
        links=Links(settings.base_url, settings.link_keys),
        trust=Trust(
            loopback=settings.trusts_loopback,
            test_machines=security.test_machines == "on",
            proxies=[ipaddress.ip_network(network) for network in networks],
            signing_keys=settings.signing_keys,
        ),
        limiter=limiter_of(settings)
        if settings.limits.valkey_url
        else LocalLimiter(clock=lambda: given.clock().timestamp()),
        refusals=RefusalBook(given.database.begin, pause=0.005),
        accesses=AccessBook(given.database.begin, settings.link_keys[0], pause=0.005),
        passwords=PasswordPool(waiting=settings.limits.sign_ins_waiting, cost=QUICK),
        scanner=scanner_of(settings),
        mailer=given.mailer,
        invoices=given.invoices,
        tokens=TokenKeys(settings.token_keys or [TOKEN_KEY]),
        closers=[],
        crm=given.crm,
        stylists=Stylists("local", given.stylists, given.stylists, given.stylists.stand_in, ()),
        gateway=given.gateway,
        terminal=given.terminal,
    )


@asynccontextmanager
async def open_shop(given: Given, **changes: Any) -> AsyncGenerator[OpenShop]:
    """Serve the application on a free port until the block ends; ``changes`` are settings by name."""
    listener = _listener()
    port = listener.getsockname()[1]
    usual = {
        "host": "127.0.0.1",
        "port": port,
        "link_keys": LINK_KEY,
        "trusted_proxies": "127.0.0.1/32",
        "worker": "apart",
        "partner_pause_seconds": 3.0,
        "name_taken_seconds": 0.0,
        # Tests call often, in a minute that does not pass; tests of the limits say which they mean.
        **dict.fromkeys(
            ("limit_partner", "limit_address", "limit_session", "limit_session_address"), 100_000
        ),
    }
    settings = settings_of(**{**usual, **changes})
    houses: list[House] = []

    async def build(settings: Settings) -> House:
        houses.append(house_of(given, settings))
        return houses[-1]

    streams = Streams(most=settings.kiosk.streams_at_once)
    app = create_app(settings, build=build, streams=streams)
    async with serving(app, listener) as (url, transport):
        try:
            yield OpenShop(given, app, houses[-1], settings, url, transport, streams)
        finally:
            # As the product's own server does before it waits for what is under way.
            streams.end()


_PATIENT = HeadLimits()


@asynccontextmanager
async def serving(
    app: ASGIApp, listener: socket.socket | None = None, *, limits: HeadLimits = _PATIENT
) -> AsyncGenerator[tuple[str, httpx2.AsyncHTTPTransport]]:
    """Serve any application until the block ends: its address, and connections to it."""
    listener = listener or _listener()
    config = uvicorn.Config(
        app,
        http=patient(limits),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )
    config.load()
    server = uvicorn.Server(config)
    server.lifespan = config.lifespan_class(config)
    # What Server.serve() does, without its signal handlers and its pauses of a tenth of a second.
    try:
        await server.startup(sockets=[listener])
    except BaseException:
        listener.close()
        raise
    await server.on_tick(0)
    transport = httpx2.AsyncHTTPTransport(verify=False)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", transport
    finally:
        await transport.aclose()
        for listening in server.servers:
            listening.close()
        state = server.server_state
        for connection in list(state.connections):
            connection.shutdown()
        async with asyncio.timeout(_LONGEST_GOODBYE):
            while state.connections or state.tasks:
                await asyncio.sleep(0.001)
        await server.lifespan.shutdown()
        assert not server.lifespan.should_exit, "the application did not stop in order"


def _listener() -> socket.socket:
    # Only of a socket that knows it is TCP does asyncio switch off the waiting for more to send (40 ms an answer).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    return listener
