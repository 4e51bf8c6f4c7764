"""Machines say how they are; their silence says the rest."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from makeline.cases.machines.condition import Condition, PrinterState, bare_reason, condition_of
from makeline.cases.machines.pause import pause_machine
from tests.given import MACHINE
from tests.people import key_of
from tests.web import open_shop

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
WELL = {
    "state": "processing",
    "reasons": ["marker-supply-low-warning", "none"],
    "consumables": [{"name": "cyan ink", "level_percent": 12}],
    "software": "kiosk 4.2",
    "capabilities": {"dpi": 300},
}


@pytest.mark.parametrize(
    ("state", "reasons", "seconds", "expected"),
    [
        (PrinterState.IDLE, [], 0, Condition.ONLINE),
        (PrinterState.PROCESSING, ["marker-supply-low-warning"], 89, Condition.BUSY),
        (PrinterState.PROCESSING, [], 90, Condition.OFFLINE),
        (PrinterState.IDLE, ["media-empty-error"], 0, Condition.OUT_OF_STOCK),
        (PrinterState.IDLE, ["media-empty"], 0, Condition.OUT_OF_STOCK),
        (PrinterState.IDLE, ["media-empty-report"], 0, Condition.ONLINE),
        (PrinterState.STOPPED, ["door-open-error"], 0, Condition.STOPPED),
        (PrinterState.STOPPED, ["media-empty-error"], 0, Condition.STOPPED),
        (None, [], 0, Condition.UNKNOWN),
    ],
)
def test_a_condition_follows_from_the_last_word_and_the_clock(state, reasons, seconds, expected):
    heard_at = NOW - timedelta(seconds=seconds) if state else None
    silence = timedelta(seconds=90)
    words = {"heard_at": heard_at, "now": NOW, "silence": silence}
    assert condition_of(state, reasons, paused_at=None, **words) is expected
    assert condition_of(state, reasons, paused_at=NOW, **words) is Condition.PAUSED


def test_a_reason_is_the_same_however_bad_it_is():
    assert {bare_reason(f"door-open{end}") for end in ("", "-report", "-warning", "-error")} == {"door-open"}


async def test_a_machine_is_busy_then_offline_by_silence_alone(given):
    issued = await key_of(given.database)
    async with open_shop(given) as shop:
        partner = shop.caller({"authorization": f"Bearer {issued.text}"})
        path = f"/v1/machines/{MACHINE}"
        assert (await partner.get(path)).json()["condition"] == "unknown"
        said = (await partner.post(f"{path}/heartbeat", json=WELL)).json()
        assert (said["condition"], said["reasons"]) == ("busy", ["marker-supply-low-warning"])
        assert said["consumables"] == WELL["consumables"]
        assert (await partner.post(f"{path}/heartbeat", json={"state": "idle"})).json()[
            "condition"
        ] == "online"
        given.clock.tick(seconds=90)
        assert (await partner.get(path)).json()["condition"] == "offline"
        await given.database.begin(lambda unit: pause_machine(unit, MACHINE, reason="oil"), actor="test")
        told = {each["machine_id"]: each for each in (await partner.get("/v1/machines")).json()["machines"]}
        assert (told[MACHINE]["condition"], told[MACHINE]["pause_reason"]) == ("paused", "oil")


async def test_the_same_words_again_are_no_news_and_no_write(given):
    news: list[str] = []
    async with open_shop(given) as shop:
        given.database.changes.listen(news.append)
        beat = partial(shop.stranger.post, "/v1/machines/VM001/heartbeat")
        first = (await beat(json=WELL)).json()["heard_at"]
        assert len(news) == 1
        given.clock.tick(seconds=10)
        assert (await beat(json=WELL)).json()["heard_at"] == first
        given.clock.tick(seconds=20)
        later = (await beat(json=WELL)).json()["heard_at"]
        assert later > first
        assert (await beat(json={**WELL, "software": "kiosk 4.3"})).json()["software"] == "kiosk 4.3"
        assert len(news) == 1
        assert (await beat(json={**WELL, "state": "stopped"})).json()["condition"] == "stopped"
        assert len(news) == 2
        given.clock.tick(seconds=90)
        await beat(json={**WELL, "state": "stopped"})
        assert len(news) == 3, "it was offline in between"


async def test_only_the_operator_hears_of_a_machine_and_never_a_browser_speaks_for_it(given):
    async with open_shop(given) as shop:
        path = f"/v1/machines/{MACHINE}"
        assert (await shop.stranger.get(path)).status_code == 401
        assert (await shop.stranger.get(f"{path}/queue")).status_code == 401
        assert (await shop.stranger.post(f"{path}/heartbeat", json=WELL)).status_code == 401
        assert (await shop.stranger.get("/v1/machines/NOWHERE")).status_code == 404
        listed = (await shop.stranger.get("/v1/machines")).json()["machines"]
        assert listed
        assert all(each["is_test"] for each in listed)
        refused = await shop.browser.post("/v1/machines/VM001/heartbeat", json=WELL)
        assert refused.status_code == 403


@pytest.mark.parametrize(
    "bad",
    [
        {"state": "sleeping"},
        {"state": "idle", "reasons": ["Door Open"]},
        {"state": "idle", "reasons": ["media-empty\n"]},
        {"state": "idle", "consumables": [{"name": "ink", "level_percent": 101}]},
        {},
    ],
)
async def test_words_that_are_none_are_named(given, bad):
    async with open_shop(given) as shop:
        answer = await shop.stranger.post("/v1/machines/VM001/heartbeat", json=bad)
        assert (answer.status_code, answer.json()["error_code"]) == (422, "VALIDATION_ERROR")


async def test_the_queue_shows_what_is_to_be_printed(given):
    async with open_shop(given) as shop:
        sale = await given.paid_sale("VM001")
        told = (await shop.stranger.get("/v1/machines/VM001/queue")).json()
        (waiting,) = told["prints"]
        assert (waiting["queue_number"], waiting["handed_over"]) == (sale.outcome.queue_number, False)
        assert (await shop.stranger.get("/v1/machines/VM001")).json()["waiting"] == 1
