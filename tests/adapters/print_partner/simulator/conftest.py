"""A caller at the simulated partner's door."""

from pathlib import Path

import pytest

from tests.adapters.print_partner.partner_stage import staged
from tests.adapters.print_partner.simulator.partner_caller import Caller


@pytest.fixture
async def caller(tmp_path: Path):
    async with staged(tmp_path, customer="walks_away", machine="off") as stage:
        raw = Caller(stage)
        await raw.log_in()
        yield raw
        await raw.http.aclose()
