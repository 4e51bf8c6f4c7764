"""The readable session id: 53 recorded texts with the verdict of a correct parser, and what we make ourselves."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given as on
from hypothesis import strategies as some

from makeline.cases.kiosk.session_id import InvalidSessionId, SessionId, new_session_id, parse_session_id

ROWS = json.loads((Path(__file__).parents[2] / "samples" / "session_ids.json").read_text("utf-8"))["rows"]
GOOD = [row for row in ROWS if row["valid"]]
BAD = [row for row in ROWS if not row["valid"]]


def test_the_recorded_texts_are_all_here():
    assert (len(GOOD), len(BAD)) == (18, 35)


@pytest.mark.parametrize("row", GOOD, ids=lambda row: ascii(row["session_id"]))
def test_a_good_session_id_is_taken_apart_from_the_right(row):
    assert parse_session_id(row["session_id"]) == SessionId(
        row["machine_id"], row["date"], row["time"], row["random"]
    )


@pytest.mark.parametrize("row", BAD, ids=lambda row: ascii(row["session_id"]))
def test_a_bad_session_id_is_refused_with_the_reason(row):
    with pytest.raises(InvalidSessionId) as refused:
        parse_session_id(row["session_id"])
    assert refused.value.message == row["reason"]
    assert refused.value.code == "INVALID_SESSION_ID"


@on(
    machine=some.from_regex(r"[A-Za-z0-9_-]{1,50}", fullmatch=True),
    moment=some.datetimes(min_value=datetime(2000, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001
)
def test_every_id_that_we_make_can_be_read_again_whatever_the_machine_is_called(machine, moment):
    parts = parse_session_id(new_session_id(machine, moment))
    assert (parts.machine, parts.date, parts.time) == (machine, f"{moment:%Y%m%d}", f"{moment:%H%M%S}")


def test_an_id_that_we_make_carries_utc_and_eighty_bits_that_nobody_can_guess():
    noon_in_moscow = datetime(2026, 3, 4, 12, 0, tzinfo=timezone(timedelta(hours=3)))
    made = [new_session_id("VM001", noon_in_moscow) for _ in range(1000)]
    assert all(text.startswith("VM001_20260304_090000_") for text in made)
    randoms = {parse_session_id(text).random for text in made}
    assert len(randoms) == 1000
    assert all(len(random) == 16 for random in randoms)
    assert set("".join(randoms)) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
