import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

from makeline.cases.production.print_partner import JobStep
from tests.listening import LONGEST, Counting, Stream, listening
from tests.web import OpenShop, open_shop


def following(shop: OpenShop, key: str, last: str = "") -> AbstractAsyncContextManager[Stream]:
    return listening(shop.stranger, f"/v1/sessions/{key}/events", last)


async def test_a_page_sees_the_session_at_once_and_every_change_to_the_end(given):
    async with open_shop(given) as shop:
        session = await given.session_to_pay()
        async with following(shop, session.key) as stream:
            first = await stream.event()
            assert (first["status"], first["print"], first["over"]) == ("payment_pending", None, False)
            sale = await given.confirmed(session.key)
            paid = await stream.event()
            assert paid["status"] == "payment_completed"
            assert paid["order_number"] == sale.outcome.order_number
            assert paid["print"]["queue_number"] == sale.outcome.queue_number
            order = await given.order(sale.outcome.order_number)
            await given.submitted(order, until_sent=True)
            assert (await stream.event())["print"]["partner_queue_number"] == "6693"
            job = await given.job(order)
            await given.print_notice(job.reference, JobStep.PRINTING)
            assert (await stream.event())["print"]["progress"] == 50
            await given.print_notice(job.reference, JobStep.SHIPPED)
            end = await stream.event()
            assert (end["print"]["status"], end["order_status"], end["over"]) == (
                "collected",
                "completed",
                True,
            )
            assert await stream.ends()


async def test_who_comes_back_is_told_only_what_is_new(given):
    async with open_shop(given) as shop:
        session = await given.session()
        async with following(shop, session.key) as stream:
            await stream.event()
            seen = stream.last_id
        await given.picture(session.key)
        async with following(shop, session.key, last=seen) as stream:
            assert (await stream.event())["status"] == "designing"
            seen = stream.last_id
        async with following(shop, session.key, last=seen) as stream:
            await given.closed(session.key)
            assert (await stream.event())["status"] == "cancelled"


async def test_the_clock_ends_a_session_without_any_poll(given):
    async with open_shop(given) as shop:
        session = await given.session(minutes=1)
        given.clock.tick(seconds=59.7)
        async with following(shop, session.key) as stream:
            assert (await stream.event())["status"] == "active"
            given.clock.tick(seconds=1)
            end = await stream.event()
            assert (end["status"], end["over"]) == ("expired", True)
            assert await stream.ends()


async def test_two_hundred_idle_streams_ask_the_database_nothing(given):
    counting = Counting(given.database)
    async with open_shop(replace(given, database=counting)) as shop:
        session = await given.session()
        lines = [await plain_stream(shop.url, session.key) for _ in range(200)]
        for reader, _ in lines:
            await reader.readuntil(b"data: ")
        before = counting.asked
        await asyncio.sleep(0.3)
        # The house itself asks for the time and for its neighbours now and then; two hundred streams would ask as often.
        assert counting.asked - before < 4
        assert shop.streams.count == 200
        await given.closed(session.key)
        for reader, writer in lines:
            async with asyncio.timeout(LONGEST):
                await reader.readuntil(b'"over":true')
            writer.close()


async def plain_stream(url: str, key: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A line of its own to the stream; a client's pool has room for fewer."""
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(f"GET /v1/sessions/{key}/events HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return reader, writer


async def test_strangers_ids_and_one_stream_too_many_are_refused(given):
    async with open_shop(given, streams_at_once=1) as shop:
        session = await given.session()
        path = f"/v1/sessions/{session.key}/events"
        assert (await shop.stranger.get("/v1/sessions/nonsense/events")).status_code == 400
        assert (await shop.stranger.get(path.replace(session.key[-8:], "AAAAAAAA"))).status_code == 404
        assert (await shop.stranger.head(path)).status_code == 200
        async with following(shop, session.key) as stream:
            await stream.event()
            refused = await shop.stranger.get(path)
            assert (refused.status_code, refused.json()["error_code"]) == (429, "TOO_MANY_STREAMS")
            assert refused.headers["retry-after"] == "5"


async def test_a_server_that_stops_ends_its_streams(given):
    async with open_shop(given) as shop:
        session = await given.session()
        async with following(shop, session.key) as stream:
            await stream.event()
            shop.streams.end()
            assert await stream.ends()
