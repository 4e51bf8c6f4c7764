"""Both limits of a portal are used up almost whole and never met, and what one of us knows of them the next one knows."""

from collections import Counter

import pytest

from makeline.adapters.bitrix24.pace import Pace
from makeline.adapters.bitrix24.simulator.limits import fastest
from makeline.adapters.bitrix24.simulator.settings import Switches
from makeline.adapters.bitrix24.work import PLENTY
from makeline.crm.gateway import CrmSpent, Push, Pushed
from makeline.crm.records import Entity
from makeline.foundation.simulation import UnknownSwitch
from tests.adapters.bitrix24.portals import Line, VirtualTime, deal, lead, open_line


async def send(line: Line, records: list) -> int:
    """How many got through; waits as it is told to."""
    outcomes = await line.push(*[Push(record, None) for record in records])
    waits = [outcome.seconds for outcome in outcomes if isinstance(outcome, CrmSpent)]
    if waits:
        await line.time.sleep(max(waits))
    assert all(isinstance(outcome, Pushed | CrmSpent) for outcome in outcomes), outcomes
    return sum(isinstance(outcome, Pushed) for outcome in outcomes)


@pytest.mark.parametrize("batch_work", ["calls", "both"])
async def test_the_time_to_work_is_used_up_to_the_last_and_never_exceeded(batch_work: str):
    async with open_line(seconds_per_call=4.0, batch_work=batch_work) as line:
        began, sent = line.time(), 0
        while line.time() - began < 1900:
            sent += await send(line, [lead(number) for number in range(sent + 1, sent + 51)])
        limits = line.portal.door.limits
        needed = Counter({"crm.item.add": sent, "crm.item.list": sent // 50, "crm.status.list": 2})
        assert limits.met == 0
        assert fastest(needed, line.portal.door.switches) >= 1800
        # 480 s at 4 s a call are 120 in ten minutes, and four times that have begun.
        assert sent >= (4 * 120 - limits.made["crm.item.list"] * (batch_work == "both")) * 0.93


async def test_a_method_without_time_keeps_no_other_back():
    async with open_line(seconds_per_call=9.0) as line:
        known = [outcome.remote_id for outcome in await line.new([lead(1)]) if isinstance(outcome, Pushed)]
        assert await send(line, [lead(number) for number in range(2, 50)]) == 48
        room = line.crm.room(Entity.LEAD)
        assert (room.new, room.known > 0) == (2, True)
        assert {type(outcome) for outcome in await line.new([deal(1), deal(2)])} == {Pushed}
        outcomes = await line.push(Push(lead(60), None), Push(lead(1, title="other"), known[0]))
        assert [type(outcome) for outcome in outcomes] == [CrmSpent, Pushed]
        slowed = line.crm.slowed()
        assert slowed is not None
        assert (slowed.kind.value, "crm.item.add" in slowed.reason) == ("exceeded", True)
        await line.time.sleep(slowed.seconds)
        assert line.portal.door.limits.met == 0
        assert await send(line, [lead(60)]) == 1


async def test_whoever_calls_next_goes_on_where_the_last_one_stopped():
    async with open_line(seconds_per_call=9.0) as line:
        await send(line, [lead(number) for number in range(1, 50)])
        other = Pace(clock=line.time, sleep=line.time.sleep)
        assert other.room("crm.item.add") == PLENTY
        other.remember(line.crm.meter())
        assert other.room("crm.item.add") == line.client.pace.room("crm.item.add") == 2
        for nonsense in ("", "{}", "[]", '{"level": "x", "at": 9e9}', '{"level": 1, "at": 9e9, "work": 3}'):
            other.remember(nonsense)
        assert other.room("crm.item.add") == 2
        for _ in range(100):
            await other.turn({"crm.item.get": 1})
            line.portal.door.limits.hit(line.portal.door.switches)
        assert line.portal.door.limits.met == 0


async def test_a_lower_limit_is_learnt_where_it_is_met():
    time = VirtualTime()
    pace = Pace(clock=time, sleep=time.sleep)
    pace.heard({"crm.item.add": 50}, {"crm.item.add": {"operating": 400.0}})
    told = {"operating": 400.0, "operating_reset_at": time() + 30}
    busy = pace.refused("crm.item.add", CrmSpent("OPERATION_TIME_LIMIT", seconds=60), told)
    assert (busy.seconds, pace.room("crm.item.add")) == (30, 0)
    await time.sleep(661)
    # 8 s a call, and less than the 400 s at which they stop.
    assert pace.room("crm.item.add") == 48
    unknown = pace.refused("crm.item.add", CrmSpent("OPERATION_TIME_LIMIT", seconds=60), None)
    assert unknown.seconds == 60


@pytest.mark.parametrize(
    ("calls", "switches", "seconds"),
    [
        ({"a": 2500}, {}, 0), ({"a": 5000}, {}, 25), ({"a": 2500, "b": 2500}, {}, 25),
        ({"a": 960, "b": 960}, {"seconds_per_call": 0.5}, 0), ({"a": 961}, {"seconds_per_call": 0.5}, 600),
        ({"a": 961, "b": 960}, {"seconds_per_call": 0.5, "batch_work": "both"}, 1200),
        ({"a": 15_000}, {"seconds_per_call": 0.05}, 600 + 29),
    ],
)  # fmt: skip
def test_the_portal_knows_how_fast_anybody_could_be(calls: dict, switches: dict, seconds: float):
    assert fastest(calls, Switches().changed(switches)) == seconds


def test_a_portal_has_two_ways_to_charge_a_batch():
    with pytest.raises(UnknownSwitch, match="batch_work must be one of calls, both"):
        Switches().changed({"batch_work": "none"})
