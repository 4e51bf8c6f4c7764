"""``makeline partner certify`` against a partner in this process: said on the screen, written down, exit code."""

import asyncio
import json

from typer.testing import CliRunner

from makeline.adapters.print_partner.simulator import DEMO_ACCOUNT, DEMO_KEY, DEMO_PASSWORD
from makeline.main.cli import cli
from tests.adapters.print_partner.partner_stage import DEVICE, staged


async def certify(base_url: str, *words: str, key: str = DEMO_KEY) -> tuple[int, str]:
    env = {"PARTNER_ACCOUNT": DEMO_ACCOUNT, "PARTNER_PASSWORD": DEMO_PASSWORD, "PARTNER_KEY": key}
    command = ["partner", "certify", base_url, "--device", DEVICE, "--patience", "1", *words]
    done = await asyncio.to_thread(CliRunner().invoke, cli, command, env=env)
    return done.exit_code, done.output


async def test_a_right_partner_gets_two_reports_and_exit_code_0(tmp_path):
    async with staged(tmp_path) as stage:
        code, said = await certify(stage.simulator.base_url, "--report", str(tmp_path / "report.md"))
        assert code == 0, said
        assert "0 failed" in said
        assert len(stage.simulator.ledger.rows("SELECT 1 FROM prints")) == 1
    assert (tmp_path / "report.md").read_text().startswith("# Certification")
    assert json.loads((tmp_path / "report.json").read_text())["failed"] == 0


async def test_a_wrong_key_is_exit_code_1_and_nothing_is_printed_on_request(tmp_path):
    async with staged(tmp_path) as stage:
        code, said = await certify(stage.simulator.base_url, "--no-print", key="B" * 28)
        assert code == 1
        assert "Data signature failed" in said
        assert stage.simulator.ledger.rows("SELECT 1 FROM orders") == []


async def test_an_address_that_is_none_and_a_missing_password_are_said_before_anything_is_called(tmp_path):
    assert (await certify("ftp://nowhere"))[0] == 2
    command = ["partner", "certify", "http://127.0.0.1:9/x", "--device", DEVICE, "--account", "lab"]
    done = await asyncio.to_thread(CliRunner().invoke, cli, command, env={"PARTNER_PASSWORD": ""})
    assert done.exit_code == 2
    assert "PARTNER_PASSWORD" in done.output
