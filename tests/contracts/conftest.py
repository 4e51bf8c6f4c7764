"""The simulated partner on his stage, for the contract tests."""

import pytest

from tests.adapters.print_partner.partner_stage import (
    staged,
)


@pytest.fixture
async def stage(tmp_path):
    async with staged(tmp_path, customer="walks_away") as ready:
        yield ready
