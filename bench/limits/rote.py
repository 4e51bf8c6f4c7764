"""A server that knows its part by rote: the calls of a sale or a notice over HTTP, its very statements, its announcement.

Bodies and answers have models of FastAPI. What each call will send to the database is known beforehand, so there are no rules,
no prices, no states, no callers, no limits, no log, no worker: what it cannot do, no FastAPI server with these statements can.
Of a notice it checks the signature, which is the caller's part of it.
"""

import asyncio
import gc
import hmac
import os
import pickle
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import asyncpg
from fastapi import FastAPI, HTTPException, Request
from pydantic import BaseModel

from bench.notices import PATH as NOTICE_PATH
from bench.sale_statements import Sale, Statement, send_to_postgres, send_to_sqlite
from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.simulator.settings import DEMO_ACCOUNT, DEMO_KEY, DEMO_PASSWORD
from makeline.foundation.logs import set_up_logs
from makeline.foundation.sqlite import Job, SqliteDriver
from makeline.foundation.sqlite_writer import Writer
from makeline.kernel.signed_calls import SignedCall, sign_call


class Wish(BaseModel):
    """What an order-summary says."""

    order_data: dict[str, Any]
    payment_amount: float
    currency: str


class Receipt(BaseModel):
    """What a confirmation says."""

    payment_method: str
    payment_amount: float
    currency: str
    transaction_id: str


class Notice(BaseModel):
    """What the partner says of a payment."""

    third_id: str
    status: int
    pay_amount: float


class Taken(BaseModel):
    """The answer to it."""

    success: bool
    third_id: str


class Done(BaseModel):
    """A small answer."""

    success: bool
    session_id: str
    payment_amount: float
    currency: str


class _Carrier(Protocol):
    """Takes the statements of one verb to the database; on the disk when it answers."""

    async def send(self, statements: Sequence[Statement]) -> None: ...

    async def close(self) -> None: ...


class _OneFile:
    """Whoever waits at the same time shares a flush."""

    def __init__(self, file: Path) -> None:
        self._loop = asyncio.get_running_loop()
        self._writer = Writer(file, lambda: None)

    async def send(self, statements: Sequence[Statement]) -> None:
        done: asyncio.Future[None] = self._loop.create_future()
        self._writer.submit(Job(partial(self._run, statements), done, self._loop))
        await done

    @staticmethod
    def _run(statements: Sequence[Statement], driver: SqliteDriver) -> None:
        send_to_sqlite(driver.connection, statements)

    async def close(self) -> None:
        await self._writer.close()


class _Lines:
    """As many connections as there are buyers."""

    def __init__(self, idle: list[asyncpg.Connection]) -> None:
        self._idle = idle

    @classmethod
    async def open(cls, url: str, count: int = 8) -> "_Lines":
        return cls([await asyncpg.connect(url, statement_cache_size=2000) for _ in range(count)])

    async def send(self, statements: Sequence[Statement]) -> None:
        connection = self._idle.pop()
        await send_to_postgres(connection, statements)
        self._idle.append(connection)

    async def close(self) -> None:
        for connection in self._idle:
            await connection.close()


@dataclass(frozen=True)
class Part:
    """Sales by the keys of their sessions; notices by their nonces, and the secret they are signed with."""

    sales: Mapping[str, Sale] = field(default_factory=dict)
    notices: Mapping[str, Sequence[Statement]] = field(default_factory=dict)
    secret: str = ""


class _Known:
    """What is known and whom it is told, once the server has started."""

    part: Part
    carrier: _Carrier
    partner: PartnerClient


_known = _Known()


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    # As the product logs.
    set_up_logs("warning", plain=False)
    _known.part = pickle.loads(Path(os.environ["ROTE_PART"]).read_bytes())
    url = os.environ["ROTE_DATABASE"]
    if url.startswith("sqlite:"):
        _known.carrier = _OneFile(Path(url.removeprefix("sqlite:///")))
    else:
        _known.carrier = await _Lines.open(url)
    account = PartnerAccount(os.environ["ROTE_PARTNER"], DEMO_ACCOUNT, DEMO_PASSWORD, DEMO_KEY)
    _known.partner = PartnerClient(account)
    # As the product keeps collections away from its requests.
    gc.collect()
    gc.freeze()
    yield
    await _known.carrier.close()
    await _known.partner.close()


app = FastAPI(lifespan=_lifespan)


@app.post("/api/vending/session/{key}/order-summary")
async def sum_up(key: str, wish: Wish) -> Done:
    """The first call."""
    await _known.carrier.send(_known.part.sales[key].summary)
    return Done(success=True, session_id=key, payment_amount=wish.payment_amount, currency=wish.currency)


@app.post("/api/vending/session/{key}/init-payment")
async def open_payment(key: str) -> Done:
    """The second call: the partner hears of it in between."""
    sale = _known.part.sales[key]
    await _known.carrier.send(sale.opening)
    await _known.partner.announce_payment(sale.announcement)
    await _known.carrier.send(sale.announced)
    return Done(success=True, session_id=key, payment_amount=19.99, currency="GBP")


@app.post("/api/vending/session/{key}/confirm-payment")
async def confirm(key: str, receipt: Receipt) -> Done:
    """The third call."""
    await _known.carrier.send(_known.part.sales[key].confirmation)
    return Done(
        success=True, session_id=key, payment_amount=receipt.payment_amount, currency=receipt.currency
    )


@app.post(NOTICE_PATH)
async def take(notice: Notice, call: Request) -> Taken:
    """A signed notice."""
    headers = call.headers
    nonce = headers["makeline-nonce"]
    said = SignedCall("POST", NOTICE_PATH, "", headers["makeline-timestamp"], nonce, await call.body())
    if not hmac.compare_digest(sign_call(_known.part.secret, said), headers["makeline-signature"]):
        raise HTTPException(401)
    await _known.carrier.send(_known.part.notices[nonce])
    return Taken(success=True, third_id=notice.third_id)
