"""Figures of a process on a port of its own, counted over the whole shop."""

import re
from datetime import timedelta

import httpx2

from makeline.foundation.web.side_server import listen
from makeline.main.figures import take_figures
from makeline.main.metrics_port import metrics_port
from tests.given import Given
from tests.web import settings_of


def _free_port() -> int:
    with listen("127.0.0.1", 0) as listener:
        return listener.getsockname()[1]


async def test_a_worker_tells_the_figures_of_the_shop(given: Given):
    await given.paid_sale()
    given.clock.tick(seconds=120)
    await take_figures(given.database, silence=timedelta(seconds=90))
    port = _free_port()
    async with metrics_port(settings_of(metrics_port=port)) as opened, httpx2.AsyncClient() as client:
        assert opened == port
        told = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
        assert (await client.get(f"http://127.0.0.1:{port}/live")).json() == {"live": True}
        async with metrics_port(settings_of(metrics_port=port)) as second:
            assert second == 0
    assert 'makeline_prints{state="queued"} 1.0' in told
    assert 'makeline_prints_oldest_seconds{state="queued"} 120.0' in told
    assert re.search(r'makeline_money_last_hour_minor_units\{currency="GBP",what="captured"\} [1-9]', told)
    assert re.search(r"makeline_outbox_late_seconds (?!0\.0)", told)
    assert re.search(r'makeline_moves_total\{noun="payment",to="paid"\} [1-9]', told)
