"""The statements of a signed notice without the product: recorded while it takes them, to be sent again to a copy."""

import asyncio
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from bench.client import Connection
from bench.notices import SIGNING_KEY, SignedNotice, paid, partners_key, secret_of, signed_notice
from bench.sale_statements import Ear, Statement, copy_file, must_hold
from bench.shop import prepared_shop
from makeline.cases.machines.models import seen_nonces
from makeline.foundation.settings import Settings
from makeline.foundation.statements import Query
from makeline.main.app import create_app
from makeline.main.wiring import House, build_house
from tests.web import serving, settings_of

_FLEET = 200
_NONCES = Query(select(seen_nonces.c.nonce), tuple)
# Payments whose notices are repeated in turn.
_REPEATED = 400


@dataclass(frozen=True)
class RecordedNotices:
    """Calls, what each of them sent by its nonce, the secret they are signed with, and a copy that has seen none of them."""

    url: str
    secret: str
    calls: Sequence[bytes]
    statements: Mapping[str, Sequence[Statement]]

    def must_hold(self, taken: int) -> None:
        """Raise unless so many notices at least have left their nonces in the copy: what was sent has worked."""
        must_hold(self.url, _NONCES, taken)


@contextmanager
def recorded_notices(folder: Path, count: int, *, again: bool) -> Generator[RecordedNotices]:
    """So many notices that payments are paid, taken once in a file of this folder; ``again``: all were told before."""
    file, copy = folder / "shop.sqlite", folder / "copy.sqlite"
    url = f"sqlite:///{file}"
    with prepared_shop(url, folder, fleet_size=_FLEET) as shop:
        key = partners_key(shop)
        bodies = [paid(reference) for reference in shop.payments(_REPEATED if again else count)]
        shop.forget_promises()
    if again:
        asyncio.run(_taken(url, folder, [signed_notice(key, body) for body in bodies]))
    copy_file(file, copy)
    calls = [signed_notice(key, bodies[number % len(bodies)]) for number in range(count)]
    statements = asyncio.run(_taken(url, folder, calls))
    yield RecordedNotices(f"sqlite:///{copy}", secret_of(key), [call.request for call in calls], statements)


async def _taken(url: str, folder: Path, calls: Sequence[SignedNotice]) -> dict[str, Sequence[Statement]]:
    """By the product in this process, one after the other."""
    ear = Ear()

    async def build(settings: Settings) -> House:
        house = await build_house(settings)
        ear.listen_to(house.database)
        return house

    settings = settings_of(
        database_url=url,
        storage_url=f"file://{folder / 'files'}",
        data_dir=str(folder),
        signing_keys=SIGNING_KEY,
        worker="apart",
        log_level="warning",
        limit_partner=1_000_000_000,
        limit_address=1_000_000_000,
    )
    heard = {}
    async with serving(create_app(settings, build)) as (address, _):
        port = int(address.rpartition(":")[2])
        _, line = await asyncio.get_running_loop().create_connection(Connection, "127.0.0.1", port)
        await ear.heard()
        for call in calls:
            await line.expect(call.request)
            heard[call.nonce] = await ear.heard()
        line.close()
    return heard
