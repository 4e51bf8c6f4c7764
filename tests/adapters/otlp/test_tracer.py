"""Spans reach a collector over a socket: one sale is one trace, through server, worker and partner."""

import asyncio

import pytest

from makeline.adapters.otlp.tracer import OtlpTracer
from makeline.foundation import tracing
from makeline.foundation.traced_database import TracedDatabase
from tests.adapters.otlp.collector import Kept, collecting
from tests.given import Given
from tests.web import open_shop

_TRACE = "0af7651916cd43dd8448eb211c80319c"
_CALLER = f"00-{_TRACE}-b7ad6b7169203331-01"


def _way_up(span: Kept, spans: dict[str, Kept]) -> list[str]:
    """The names of what it happened in, outermost last."""
    names = []
    while span.parent in spans:
        span = spans[span.parent]
        names.append(span.name)
    return names


async def test_one_sale_is_one_trace_through_server_worker_and_partner(given: Given):
    session = await given.session_to_pay()
    given.database = TracedDatabase(given.database)
    told = {"worker": "inside", "otlp_headers": "x-team=shop", "trace_service": "kiosks"}
    async with collecting() as collector:
        settings = {**told, "otlp_endpoint": collector.url, "trace_callers": "127.0.0.1/32"}
        async with open_shop(given, **settings) as shop:
            machine = shop.caller({"traceparent": _CALLER})
            at = f"/api/vending/session/{session.key}"
            assert (await machine.post(f"{at}/init-payment")).status_code == 200
            paid = {"transaction_id": "TXN_7", "payment_method": "card", "payment_amount": 19.99}
            answer = await machine.post(f"{at}/confirm-payment", json=paid)
            assert answer.status_code == 200, answer.text
            async with asyncio.timeout(60):
                while not given.partner.orders:
                    given.clock.tick(seconds=1)
                    await asyncio.sleep(0.02)
            # Somebody else's trace is his own affair.
            assert (await shop.stranger.get("/health", headers={"user-agent": "Anna"})).status_code == 200
    assert not tracing.is_tracing()
    ours = {span.id: span for span in collector.spans if span.trace == _TRACE}
    submitted = next(span for span in ours.values() if span.name == "print_partner submit")
    way = _way_up(submitted, ours)
    assert way[0].startswith("keep ")
    assert way[-1] == f"POST {'/api/vending/session/{session_id}'}/confirm-payment"
    assert submitted.told["makeline.id"] == next(iter(given.partner.orders))
    assert submitted.told["makeline.outcome"] == "done"
    asked = next(span for span in ours.values() if span.name.endswith("/confirm-payment"))
    assert (asked.told["makeline.status"], asked.service) == (200, "kiosks")
    units = [span for span in ours.values() if span.parent == asked.id and span.name.startswith("unit ")]
    assert any(span.told["makeline.statements"] > 5 and span.told["makeline.runs"] == 1 for span in units)
    assert collector.headers["x-team"] == "shop"
    assert collector.named("GET /health")[0].trace != _TRACE
    assert session.key.encode() not in collector.raw


async def test_only_trusted_callers_lead_a_trace_and_errors_are_told_by_name_alone():
    async with collecting() as collector:
        tracer = OtlpTracer(collector.url, headers={}, ratio=1.0, service="test")
        tracing.trace_with(tracer)
        try:
            with tracing.span("looking for work"):
                assert tracing.traceparent() is None
            with (
                pytest.raises(ValueError, match="secret"),
                tracing.span("work", kind="server") as work,
                tracing.span("part"),
            ):
                work.tell(count=3)
                raise ValueError("a secret of Anna's")
        finally:
            tracing.trace_with(None)
            await asyncio.to_thread(tracer.close)
    part, work = collector.spans
    assert (part.name, part.parent, part.failed) == ("part", work.id, "ValueError")
    assert work.told == {"makeline.count": 3}
    assert b"Anna" not in collector.raw


def test_a_traceparent_is_read_strictly():
    assert tracing.trace_id_of(_CALLER) == _TRACE
    for wrong in (
        None,
        "",
        _CALLER[:-1],
        _CALLER.upper(),
        _CALLER.replace("b7", "zz"),
        "00-" + "0" * 32 + _CALLER[35:],
    ):
        assert tracing.trace_id_of(wrong) is None
    assert tracing.traceparent() is None
    with tracing.span("nothing") as nothing:
        nothing.tell(count=1)
        nothing.rename("still nothing")
        nothing.fail("never")
