"""A certification over real sockets: a right partner passes, a wrong one fails exactly where he is wrong."""

import contextlib
import json
import re
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from makeline.adapters.print_partner.certify import (
    Outcome,
    Plan,
    Verdict,
    as_json,
    as_markdown,
    certify,
    standing,
)
from makeline.adapters.print_partner.simulator import (
    DEMO_KEY,
    DEMO_PASSWORD,
    Simulator,
    SimulatorSettings,
    Switches,
    running,
)
from tests.adapters.print_partner.partner_stage import DEVICE, account

AT = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PLAN = Plan(device=DEVICE, prints=True, reached=True, patience=1.0, print_patience=2.0)
PROBE = "An empty call asks whether we are there"


@asynccontextmanager
async def a_partner(folder: Path, **switches) -> AsyncGenerator[tuple[Simulator, object]]:
    async with standing(host="127.0.0.1", port=0, url=None) as stand:
        wanted = Switches(profile="none").changed(switches)
        settings = SimulatorSettings(data_dir=folder, notify=stand.url, port=0, switches=wanted)
        async with running(settings) as simulator:
            yield simulator, stand


async def played(simulator, stand, plan: Plan = PLAN, **changes) -> list[Verdict]:
    partner = account(simulator.base_url, **changes)
    run = certify(partner, plan=plan, stand=stand, now=AT, clock=time.monotonic)
    async with contextlib.aclosing(run):
        return [verdict async for verdict in run]


def named(verdicts: list[Verdict], outcome: Outcome) -> set[str]:
    return {verdict.name for verdict in verdicts if verdict.outcome is outcome}


@pytest.mark.parametrize("form", ["object", "array"])
async def test_a_right_partner_passes_everything(tmp_path, form):
    async with a_partner(tmp_path, notice_form=form) as (simulator, stand):
        verdicts = await played(simulator, stand)
        assert named(verdicts, Outcome.FAILED) == set(), [v for v in verdicts if v.outcome is Outcome.FAILED]
        assert named(verdicts, Outcome.NOT_TRIED) == {PROBE}
        assert len(simulator.ledger.rows("SELECT 1 FROM prints")) == 1


@pytest.mark.parametrize(
    ("switches", "wrong"),
    [
        ({"faults": ["refusal_status"]}, {"Every answer has http status 200 and the envelope"}),
        (
            {"faults": ["any_sign"]},
            {
                "A wrong signature is refused",
                "A signature made with another key is refused",
                "A signature over other figures is refused",
            },
        ),
        ({"faults": ["other_ids"]}, {"The same payment again gets the same id"}),
        ({"faults": ["unpaid_orders"]}, {"An order before the payment is paid is refused"}),
        ({"faults": ["number_sizes"]}, {"Stock of the device has shells with sizes as texts"}),
        (
            {"machine": "off"},
            {
                "The picture is fetched",
                "The case is printed and handed out",
                "Every step of the order is told to us",
            },
        ),
        ({"customer": "walks_away"}, {"A payment at the machine is told to us"}),
        ({"notice_copies": 2, "notice_form": "object"}, {"An accepted order notice comes no more"}),
        ({"settle_seconds": 20.0}, {"A right order is accepted"}),
        ({"drop_answers": 1}, {"An announced payment gets an id of the partner"}),
    ],
)
async def test_a_partner_fails_where_he_is_wrong(tmp_path, switches, wrong):
    quick = Plan(device=DEVICE, prints=True, reached=True, patience=0.8, print_patience=0.8)
    async with a_partner(tmp_path, **switches) as (simulator, stand):
        failed = named(await played(simulator, stand, quick), Outcome.FAILED)
    # What depends on the fault may fail with it; nothing before it may.
    assert wrong <= failed, failed
    assert len(failed) <= len(wrong) + 1, failed


async def test_nothing_is_printed_unless_it_was_allowed(tmp_path):
    careful = Plan(device=DEVICE, prints=False, reached=False, patience=0.4)
    async with a_partner(tmp_path) as (simulator, stand):
        verdicts = await played(simulator, stand, careful)
        assert named(verdicts, Outcome.FAILED) == set()
        assert "A right order is accepted" in named(verdicts, Outcome.NOT_TRIED)
        assert simulator.ledger.rows("SELECT 1 FROM orders") == []


async def test_a_wrong_key_is_found_at_the_sign_in(tmp_path):
    async with a_partner(tmp_path) as (simulator, stand):
        first = (await played(simulator, stand, key="B" * 28))[0]
    assert first.outcome is Outcome.FAILED
    assert "Data signature failed" in first.found
    assert first.calls[0].signed.endswith("mobileShell[key]")


async def test_nobody_at_the_address_is_said_in_words():
    async with standing(host="127.0.0.1", port=0, url=None) as stand:
        partner = account("http://127.0.0.1:9/mobileShell/en")
        run = certify(partner, plan=PLAN, stand=stand, now=AT, clock=time.monotonic)
        async with contextlib.aclosing(run):
            first = await anext(run)
    assert first.outcome is Outcome.FAILED
    assert "the connection failed" in first.found


async def test_the_reports_tell_everything_and_no_secret(tmp_path):
    async with a_partner(tmp_path, faults=["number_sizes"]) as (simulator, stand):
        verdicts = await played(simulator, stand)
        about = {"base_url": simulator.base_url, "device": DEVICE, "at": AT}
    text, parsed = as_markdown(verdicts, **about), json.loads(as_json(verdicts, **about))
    assert parsed["failed"] == len(named(verdicts, Outcome.FAILED)) > 0
    assert len(parsed["checks"]) == len(verdicts)
    assert "signed text: 110mobileShell[key]" in text
    assert "width is a float, not a str" in text
    assert not re.search(r"\b[0-9a-f]{48}\b", text), "a token"
    for secret in (DEMO_KEY, DEMO_PASSWORD):
        assert secret not in text
        assert secret not in json.dumps(parsed)
