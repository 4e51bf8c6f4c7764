"""A peer for notices: the handler one writes in an afternoon, with FastAPI, SQLAlchemy and PostgreSQL."""

import hmac
import itertools
import json
import os
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from hashlib import sha256

from fastapi import FastAPI, HTTPException, Request
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from bench.case import Contender, Measure, Role
from bench.client import Connection, Flow, request
from bench.disk import postgres
from bench.http import Steps, generate, measured, uvicorn

_KEY = b"a key of the peer"
_SCHEMA = """
CREATE TABLE payments (reference text PRIMARY KEY, status text NOT NULL);
CREATE TABLE notices (reference text NOT NULL, status integer NOT NULL, body text NOT NULL, PRIMARY KEY (reference, status));
"""
_CLIENTS = 8
_WARM_UP = 0.7


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncGenerator[None]:
    app.state.engine = create_async_engine(os.environ["PEER_DSN"], pool_size=8)
    yield
    await app.state.engine.dispose()


app = FastAPI(lifespan=_lifespan)


@app.post("/notices")
async def notice(call: Request) -> dict[str, str]:
    """Check the signature of the body, keep it once, mark the payment."""
    body = await call.body()
    if not hmac.compare_digest(hmac.digest(_KEY, body, "sha256").hex(), call.headers.get("signature", "")):
        raise HTTPException(401)
    said = json.loads(body)
    async with call.app.state.engine.begin() as connection:
        kept = await connection.execute(
            text("INSERT INTO notices VALUES (:reference, :status, :body) ON CONFLICT DO NOTHING"),
            {"reference": said["third_id"], "status": said["status"], "body": body.decode()},
        )
        if kept.rowcount:
            await connection.execute(
                text(
                    "INSERT INTO payments VALUES (:reference, 'paid') ON CONFLICT (reference) DO UPDATE SET status = 'paid'"
                ),
                {"reference": said["third_id"]},
            )
    return {"data": "success"}


def thin_handler() -> Contender:
    """It under the same load: every notice is new."""

    @contextmanager
    def opened() -> Generator[Measure]:
        with postgres() as cluster:
            cluster.server.execute(_SCHEMA)
            address = cluster.server.dsn().replace("postgresql://", "postgresql+asyncpg://", 1)
            env, others = {"PEER_DSN": address}, {"postgres": cluster.pid}
            with uvicorn("bench.limits.notice:app", ready="/openapi.json", env=env, others=others) as served:
                load = Steps(_flow(), _CLIENTS)
                generate(load, served.port, _WARM_UP)
                yield lambda seconds: measured(served, load, seconds)

    return Contender(Role.PEER, "FastAPI, SQLAlchemy, PostgreSQL: kept and marked", opened)


def _flow() -> Flow:
    # Over all rounds and connections no notice comes twice.
    numbers = itertools.count()
    started = sha256(os.urandom(8)).hexdigest()[:12]

    async def flow(connection: Connection, number: int, turn: int) -> None:
        body = json.dumps({"third_id": f"P{started}-{next(numbers)}-{os.getpid()}", "status": 3}).encode()
        signature = hmac.digest(_KEY, body, "sha256").hex()
        await connection.expect(request("POST", "/notices", body=body, headers={"signature": signature}))

    return flow
