"""Switches and ledger, for whoever tests with the simulated partner."""

import json

import pytest


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Host": "evil.example"}]
)
@pytest.mark.parametrize(
    ("method", "path"), [("GET", "ledger"), ("GET", "control"), ("POST", "control"), ("POST", "terminal")]
)
async def test_no_web_page_reaches_the_ledger_or_the_switches(caller, headers, method, path):
    url = f"{caller.stage.simulator.url}/{path}"
    answer = await caller.http.request(
        method, url, headers=headers, content=b"{}" if method == "POST" else None
    )
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "wish",
    [{"nonsense": 1}, {"profile": "warp"}, {"error_rate": 2}, {"notice_copies": True}, {"fetches": [0, 1]},
     {"devices": {"A": "sleepy"}}, {"shuffle": 1}, {"stock": {"device": "A"}}, {"fetches": 3},
     {"sizes": {"A": {"MS1": [73.24, 149.27]}}}, {"sizes": {"A": ["73.24"]}}, {"sizes": 1}, {"names": "funny"}],
)  # fmt: skip
async def test_a_switch_that_does_not_exist_is_named(caller, wish):
    answer = await caller.http.post(f"{caller.stage.simulator.url}/control", content=json.dumps(wish))
    assert answer.status_code == 422


async def test_switches_are_turned_and_shown_over_http(caller):
    url = f"{caller.stage.simulator.url}/control"
    answer = await caller.http.post(url, json={"profile": "field", "add_devices": ["NEWDEVICE001"]})
    assert answer.json()["profile"] == "field"
    assert (await caller.http.get(url)).json() == answer.json()
    await caller.http.post(url, json={"profile": "none"})
    assert (await caller.call("order/payData", caller.payment(device_id="NEWDEVICE001")))["code"] == 200
    assert (await caller.http.get(f"{caller.stage.simulator.url}/health")).json()["simulated"]


async def test_the_ledger_can_be_narrowed(caller):
    one, _ = await caller.paid(), await caller.paid()
    ledger = await caller.stage.ledger(table="payments", third_id=one)
    assert [row["third_id"] for row in ledger["payments"]] == [one]
    assert ledger["counts"]["payments"] == 2
    assert len((await caller.stage.ledger(table="payments", limit=1))["payments"]) == 1
    assert "error" in await caller.stage.ledger(table="secrets")
