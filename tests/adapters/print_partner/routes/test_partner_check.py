"""What a partner is told about himself, by the way he was recognised; nobody is told about anybody else."""

from email.utils import format_datetime

from makeline.cases.machines.scopes import Scope
from tests.engines import on_sqlite
from tests.given import MACHINE, Given
from tests.people import OTHER, OTHER_MACHINE, key_of, other_partner
from tests.web import open_shop

CHECK = "/v1/partner/check"
ABROAD = {"x-forwarded-for": "203.0.113.50"}


async def test_a_partner_sees_his_key_his_machines_and_his_limit(given: Given):
    issued = await key_of(given.database, scopes=frozenset({Scope.PAY}))
    async with open_shop(given, limit_partner=77) as shop:
        answer = await shop.caller({"authorization": f"Bearer {issued.text}", **ABROAD}).get(CHECK)
    told = answer.json()
    assert answer.status_code == 200, told
    assert told["recognised_by"] == "key"
    assert told["caller"] == "partner demo"
    assert told["client_ip"] == "203.0.113.50"
    assert told["key"]["prefix"] == issued.text[:11]
    assert told["key"]["scopes"] == ["pay"]
    assert issued.text not in answer.text
    assert told["limit"] == {"calls": 77, "seconds": 60, "counted_for": "partner"}
    assert MACHINE in [machine["machine_id"] for machine in told["machines"]]
    assert told["clock_skew_seconds"] is None


@on_sqlite
async def test_nobody_sees_the_machines_of_another(given: Given):
    await other_partner(given.database)
    issued = await key_of(given.database, OTHER)
    async with open_shop(given) as shop:
        told = (await shop.caller({"authorization": f"Bearer {issued.text}", **ABROAD}).get(CHECK)).json()
        assert [machine["machine_id"] for machine in told["machines"]] == [OTHER_MACHINE]
        assert (await shop.stranger.get(CHECK)).status_code == 401
        mistyped = issued.text[:-1] + ("0" if issued.text[-1] != "0" else "1")
        forged = shop.caller({"authorization": f"Bearer {mistyped}", **ABROAD})
        assert (await forged.get(CHECK)).status_code == 401


@on_sqlite
async def test_the_key_of_one_machine_sees_that_machine(given: Given):
    issued = await key_of(given.database, machine=MACHINE)
    async with open_shop(given) as shop:
        told = (await shop.caller({"authorization": f"Bearer {issued.text}", **ABROAD}).get(CHECK)).json()
    assert [machine["machine_id"] for machine in told["machines"]] == [MACHINE]
    assert told["limit"]["counted_for"] == "machine"


@on_sqlite
async def test_a_clock_that_is_wrong_is_told(given: Given):
    issued = await key_of(given.database)
    behind = given.clock().timestamp() - 90
    async with open_shop(given) as shop:
        for date, skew in (
            (format_datetime(given.clock().fromtimestamp(behind, given.clock().tzinfo)), -90),
            ("yesterday", None),
        ):
            caller = shop.caller({"authorization": f"Bearer {issued.text}", "date": date, **ABROAD})
            assert (await caller.get(CHECK)).json()["clock_skew_seconds"] == skew
