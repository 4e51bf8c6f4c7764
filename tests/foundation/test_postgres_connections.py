"""Connections to PostgreSQL: both ends notice a network that says nothing, and nobody waits for a turn for ever."""

import asyncio
import socket

import pytest

from makeline.foundation.clock import Clock
from makeline.foundation.postgres_connections import Connections
from makeline.foundation.postgres_database import DatabaseAway, PostgresDatabase
from makeline.main.subscriptions import PROMISES


@pytest.fixture
async def connections(postgres_again: str):
    opened = Connections(postgres_again, most=2, turn=0.05)
    yield opened
    await opened.close()


async def test_both_ends_ask_whether_the_other_is_still_there(connections: Connections):
    connection = await connections.take()
    line: socket.socket = connection._transport.get_extra_info("socket")
    assert line.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
    names = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT, socket.TCP_USER_TIMEOUT)
    assert [line.getsockopt(socket.IPPROTO_TCP, name) for name in names] == [4, 2, 3, 8000]
    names = ("keepalives_idle", "keepalives_interval", "keepalives_count", "user_timeout")
    told = [await connection.fetchval(f"SHOW tcp_{name}") for name in names]
    assert told == ["4", "2", "3", "8000"]
    connections.keep(connection)


async def test_a_frozen_unit_gives_its_rows_back(connections: Connections):
    frozen, other = await connections.take(), await connections.take()
    assert await frozen.fetchval("SHOW idle_in_transaction_session_timeout") == "5s"
    # The five seconds are made short: the unit that pauses is cut, and its row is free.
    await frozen.execute("SET idle_in_transaction_session_timeout = 50")
    await frozen.execute("BEGIN")
    await frozen.execute("SELECT 1 FROM machines ORDER BY id LIMIT 1 FOR UPDATE")
    assert await other.fetchval("SELECT id FROM machines ORDER BY id LIMIT 1 FOR UPDATE", timeout=10)
    connections.keep(other)
    connections.cut(frozen)


async def test_who_waits_too_long_for_his_turn_is_told_that_the_database_is_away(
    connections: Connections, postgres_again: str, clock: Clock
):
    database = await PostgresDatabase(postgres_again, PROMISES, clock, lent=connections).start()
    lent = [await connections.take() for _ in range(2)]
    with pytest.raises(DatabaseAway):
        await database.read(lambda _: None)
    for connection in lent:
        connections.keep(connection)
    assert await database.read(lambda _: "here") == "here"
    await database.close()


async def test_when_one_connection_finds_nobody_those_that_lie_idle_are_not_believed(
    connections: Connections,
):
    one, other = await connections.take(), await connections.take()
    connections.keep(other)
    connections.lost(one)
    await asyncio.sleep(0)
    assert one.is_closed() and other.is_closed()
    fresh = await connections.take()
    assert await fresh.fetchval("SELECT 1") == 1
    connections.keep(fresh)
