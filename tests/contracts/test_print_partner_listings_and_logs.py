"""Stock as the partner lists it, and what our logs say of him."""

from decimal import Decimal

import pytest
import structlog

from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.print_partner.simulator.settings import DEMO_KEY, DEMO_PASSWORD
from makeline.adapters.print_partner.wire import WireAnswer
from makeline.cases.production.print_partner import (
    PartnerMisconfigured,
    PartnerTrouble,
)
from tests.adapters.print_partner.partner_stage import (
    DEVICE,
    Stage,
    account,
)
from tests.adapters.print_partner.receiver import as_json
from tests.contracts.recording import EVERYTHING, recorded_client


async def test_stock_is_read_with_exact_sizes_and_incomplete_rows_are_marked():
    async with recorded_client(*EVERYTHING) as (client, _):
        rows = await client.list_stock(device="CXYLOGD8OQUK", brand="BR20250111000002")
        assert [(row.shell, row.width_mm, row.stock, row.complete) for row in rows] == [
            ("MS102503270003", Decimal("73.24"), 2, True),
            ("MS102504100001", Decimal("78.91"), 0, True),
            (None, None, 2, False),
        ]
        brands = await client.list_brands()
        assert [(brand.chinese_name, brand.english_name) for brand in brands] == [
            ("苹果", "Apple"),
            ("三星", "SAMSUNG"),
            (None, None),
        ]


async def test_every_catalogue_model_can_be_printed_on_every_machine(stage: Stage):
    models = set()
    for brand in await stage.client.list_brands():
        rows = await stage.client.list_stock(device=DEVICE, brand=brand.id)
        assert all(row.complete and row.stock == 100 for row in rows)
        models |= {row.partner_model for row in rows}
    assert len(models) == 58


async def test_logs_tell_what_happened_and_no_secret(stage: Stage):
    with structlog.testing.capture_logs() as lines:
        order = stage.order(await stage.paid())
        await stage.client.submit(order)
        for wrong in ({"password": "not-the-password"}, {"account": "not-the-account"}, {"key": "NOTTHEKEY"}):
            other = PartnerClient(account(stage.simulator.base_url, **wrong))
            with pytest.raises(PartnerTrouble):
                await other.list_brands()
            await other.close()
    text = repr(lines)
    for secret in (DEMO_PASSWORD, DEMO_KEY, "not-the", "NOTTHEKEY", "0f0f0f", "token="):
        assert secret not in text
    line = next(line for line in lines if line["path"] == "order/orderData")
    assert line["code"] == 200
    assert order.reference in line["ids"]
    assert line["ms"] >= 0


async def test_a_text_that_echoes_secrets_is_redacted():
    class Chatty:
        async def post(self, path, headers, body):
            return WireAnswer(
                200, as_json({"code": 500, "msg": f"bad {body.decode()} http://x/1.png?token=1:a:f00"})
            )

        async def close(self):
            pass

    client = PartnerClient(account("http://partner.example/mobileShell/en"), wire=Chatty())
    with pytest.raises(PartnerMisconfigured) as raised:
        await client.list_brands()
    assert DEMO_PASSWORD not in raised.value.text
    assert "f00" not in raised.value.text
    assert "[hidden]" in str(raised.value)
