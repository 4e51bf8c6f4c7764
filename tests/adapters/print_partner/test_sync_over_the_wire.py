"""What lies in the machines, asked of the simulated partner over a real socket: whatever he answers or does not answer,
the last good answer stays, and its time with it."""

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.simulator.settings import BASE_PATH
from makeline.adapters.print_partner.wire import SocketWire, WireLimits
from makeline.cases.catalog.models import partner_brands
from makeline.cases.machines.queries import machine_called
from makeline.cases.stock.models import device_shells
from makeline.cases.stock.sync import Listing, sync_stock
from makeline.foundation.statements import Query
from tests.adapters.print_partner.partner_stage import Stage, account, staged
from tests.engines import on_sqlite
from tests.given import Given

MACHINE = "VM_LONDON_01"
APPLE = "BR20250111000002"
_SIZES: Query[tuple[int | None]] = Query(
    select(device_shells.c.width_um).order_by(device_shells.c.shell_id), tuple
)
_BRANDS: Query[tuple[str, Any]] = Query(
    select(partner_brands.c.id, partner_brands.c.heard_at).order_by(partner_brands.c.id), tuple
)
_LENGTH = re.compile(rb"^content-length:\s*(\d+)", re.IGNORECASE | re.MULTILINE)


class Road:
    """The way to the partner's server, and what becomes of his answers on it."""

    def __init__(self, partner_port: int) -> None:
        self._partner_port = partner_port
        # whole, half, cut (the length fits, the JSON ends early), html, silent.
        self.answers = "whole"

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[int]:
        """A port that leads there."""
        server = await asyncio.start_server(self._visit, "127.0.0.1", 0)
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            server.close()
            await server.wait_closed()

    async def _visit(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        partner, to_partner = await asyncio.open_connection("127.0.0.1", self._partner_port)
        try:
            while (request := await _message(reader)) is not None:
                head, body = request
                to_partner.write(head + body)
                answer = await _message(partner)
                if answer is None or not await self._hand_over(b"stock/list" in head, *answer, writer):
                    return
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()
            to_partner.close()

    async def _hand_over(self, listing: bool, head: bytes, body: bytes, writer: asyncio.StreamWriter) -> bool:
        how = self.answers if listing else "whole"
        if how == "silent":
            await asyncio.sleep(0.6)
            return False
        if how == "half":
            writer.write(head + body[: len(body) // 2])
            await writer.drain()
            return False
        if how == "cut":
            body = body[: len(body) // 2]
        if how == "html":
            body = b"<html><body>502 Bad Gateway</body></html>"
        if how != "whole":
            head = _LENGTH.sub(b"content-length: %d" % len(body), head)
        writer.write(head + body)
        await writer.drain()
        return True


async def _message(reader: asyncio.StreamReader) -> tuple[bytes, bytes] | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    length = _LENGTH.search(head)
    return head, await reader.readexactly(int(length[1])) if length else b""


@asynccontextmanager
async def _asked(folder: Path) -> AsyncGenerator[tuple[Stage, Road, PartnerClient]]:
    """A partner, the road to him, and our client, who waits for half a second."""
    async with staged(folder) as stage:
        road = Road(int(stage.simulator.url.rsplit(":", 1)[1]))
        async with road.open() as port:
            base_url = f"http://127.0.0.1:{port}{BASE_PATH}"
            client = PartnerClient(
                account(base_url), wire=SocketWire(base_url, limits=WireLimits(total=0.3, connect=0.3))
            )
            try:
                yield stage, road, client
            finally:
                await client.close()


async def _synced(given: Given, client: PartnerClient) -> Listing:
    """Six minutes later: what is known of Apple's cases."""
    given.clock.tick(minutes=6)
    found = await sync_stock(given.database.begin, client, [MACHINE])
    return next(listing for listing in found if listing.partner_brand == APPLE)


async def _device(given: Given) -> str:
    machine = await given.database.read(lambda unit: machine_called(unit, MACHINE))
    assert machine is not None
    return machine.device


async def test_sizes_counts_brands_and_times_are_learned(given: Given, tmp_path: Path):
    async with _asked(tmp_path) as (stage, _, client):
        shell = (await given.shells_of())[0]
        stage.turn(stock={"device": await _device(given), "shell": shell, "blanks": 7})
        listing = await _synced(given, client)
    assert (listing.heard_at, listing.trouble, listing.incomplete) == (given.clock(), None, [])
    assert (await given.stock_item(shell=shell)).on_hand == 7
    widths = [width for (width,) in await given.rows(_SIZES)]
    assert len(widths) >= 58
    assert None not in widths
    assert {heard_at for _, heard_at in await given.rows(_BRANDS)} == {given.clock()}


@on_sqlite
@pytest.mark.parametrize("answers", ["half", "cut", "html", "silent"])
async def test_an_answer_that_is_none_leaves_the_last_good_one_with_its_time(
    given: Given, tmp_path: Path, answers: str
):
    async with _asked(tmp_path) as (stage, road, client):
        device, shell = await _device(given), (await given.shells_of())[0]
        stage.turn(stock={"device": device, "shell": shell, "blanks": 7})
        before = await _synced(given, client)
        sizes = await given.rows(_SIZES)
        road.answers = answers
        stage.turn(
            stock={"device": device, "shell": shell, "blanks": 3}, sizes={device: {shell: ["70", "140"]}}
        )
        after = await _synced(given, client)
        assert after.trouble
        assert after.heard_at == before.heard_at
        assert (await given.stock_item(shell=shell)).on_hand == 7
        assert await given.rows(_SIZES) == sizes
        # The brands came whole: their time is new.
        assert {heard_at for _, heard_at in await given.rows(_BRANDS)} == {given.clock()}
        road.answers = "whole"
        good = await _synced(given, client)
    assert (good.trouble, good.heard_at) == (None, given.clock())
    assert (await given.stock_item(shell=shell)).on_hand == 3
    assert (70_000,) in await given.rows(_SIZES)


@on_sqlite
@pytest.mark.parametrize(
    ("switches", "words"),
    [
        ({"offline": True}, None),
        ({"devices": "forbidden"}, "No permission"),
        ({"error_rate": 1.0}, None),
    ],
    ids=["offline", "forbidden", "passing errors"],
)
async def test_a_refusal_is_noted_in_his_words_and_changes_nothing(
    given: Given, tmp_path: Path, switches: dict[str, Any], words: str | None
):
    async with _asked(tmp_path) as (stage, _, client):
        before = await _synced(given, client)
        if "devices" in switches:
            switches = {"devices": {await _device(given): "forbidden"}}
        stage.turn(**switches)
        after = await _synced(given, client)
        blanks = (await given.stock_item()).on_hand
    assert after.heard_at in (before.heard_at, given.clock())
    if words is not None:
        assert after.trouble is not None
        assert words in after.trouble
        assert after.heard_at == before.heard_at
    assert blanks == 100


@on_sqlite
async def test_a_token_that_ran_out_is_renewed_without_anybody_noticing(given: Given, tmp_path: Path):
    async with _asked(tmp_path) as (stage, _, client):
        await _synced(given, client)
        stage.turn(expire_tokens=True)
        assert (await _synced(given, client)).trouble is None


@on_sqlite
async def test_rows_of_the_older_form_and_rows_without_a_size_are_named_and_keep_their_counts(
    given: Given, tmp_path: Path
):
    async with _asked(tmp_path) as (stage, _, client):
        device, shell = await _device(given), (await given.shells_of())[0]
        await _synced(given, client)
        stage.turn(sizes={device: {shell: None}})
        lacking = await _synced(given, client)
        assert len(lacking.incomplete) == 1
        stage.turn(listing="older")
        older = await _synced(given, client)
        assert older.trouble is None
        assert len(older.incomplete) > len(lacking.incomplete)
    assert (await given.stock_item(shell=shell)).on_hand == 100


@on_sqlite
async def test_odd_names_change_no_link_and_odd_sizes_are_taken_exactly(given: Given, tmp_path: Path):
    async with _asked(tmp_path) as (stage, _, client):
        device, shell = await _device(given), (await given.shells_of())[0]
        stage.turn(names="odd", sizes={device: {shell: ["73.2401", "150.9"]}})
        assert (await _synced(given, client)).trouble is None
    widths = {width for (width,) in await given.rows(_SIZES)}
    assert int(Decimal("73.2401") * 1000) in widths
