"""The simulated portal keeps what we rely on of a real one; and the check itself notices when one does not."""

from typing import Any

import pytest

from tests.adapters.bitrix24.portals import Line, open_line
from tools import crm_live
from tools.crm_contract import CONTRACT, Portal, verdict


def portal_of(line: Line) -> Portal:
    return Portal(line.client, "contract-test", sleep=line.time.sleep)


async def test_the_simulated_portal_keeps_all_of_it_and_a_second_run_makes_nothing():
    async with open_line(profile="none") as line:
        made = []
        for _ in range(2):
            wrong = {name: await verdict(clause, portal_of(line)) for name, clause in CONTRACT.items()}
            assert set(wrong.values()) == {None}, wrong
            made.append([effect for effect in line.portal.shelf.effects if effect[0] == "add"])
        assert made[0] == made[1]
        assert len(made[0]) == 5
        assert not [effect for effect in line.portal.shelf.effects if effect[0] == "delete"]


@pytest.mark.parametrize(
    ("method", "answer", "clause"),
    [
        ("crm.item.list", {"items": []}, "records are found by our mark"),
        ("crm.item.get", {"item": {"id": 1, "opportunity": "7"}}, "rows make the sum"),
        ("crm.item.get", {"item": None}, "a batch is judged call by call"),
        ("crm.duplicate.findbycomm", [], "people are reached and found"),
        ("crm.item.fields", {"fields": {}}, "stages and fields are there"),
        ("crm.requisite.list", [], "requisites belong to a company and a deal"),
    ],
)
async def test_a_portal_that_does_otherwise_is_found_out(method: str, answer: Any, clause: str):
    async with open_line(profile="none") as line:
        methods = line.portal.door.methods
        methods.table = {**methods.table, method: lambda _: answer}
        assert await verdict(CONTRACT[clause], portal_of(line))


def test_without_an_address_it_refuses(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.delenv("CRM_WEBHOOK_URL", raising=False)
    assert crm_live.main() == 2
    assert "CRM_WEBHOOK_URL" in capsys.readouterr().err
