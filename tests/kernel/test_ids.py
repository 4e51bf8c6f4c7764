"""Ids: readable aloud, never guessed, never twice."""

import re
from datetime import UTC, datetime, timedelta, timezone

from makeline.kernel.ids import dated, numbered, random_text

READ_ALOUD = re.compile(r"[0-9A-HJKMNP-TV-Z]+")


def test_a_random_text_has_no_letter_that_is_misheard_or_misread():
    seen = "".join(random_text(64) for _ in range(100))
    assert READ_ALOUD.fullmatch(seen)
    # All 32 of them are in use, none is rare: 6400 draws, 200 of each expected.
    assert len(set(seen)) == 32
    assert min(seen.count(letter) for letter in set(seen)) > 120


def test_random_texts_are_as_long_as_asked_and_never_alike():
    assert random_text(0) == ""
    drawn = {random_text(16) for _ in range(5000)}
    assert len(drawn) == 5000
    assert {len(text) for text in drawn} == {16}


def test_a_numbered_reference_is_as_unique_as_its_number():
    assert numbered("ORDER_", 1) == "ORDER_00000001"
    assert numbered("ORDER_", 10_000_001) == "ORDER_10000001"
    assert numbered("ORDER_", 123_456_789_012) == "ORDER_123456789012"
    many = [numbered("X", number) for number in (1, 10, 99_999_999, 100_000_000, 2**53 - 1)]
    assert len(set(many)) == len(many)


def test_a_dated_reference_names_the_day_in_utc():
    moment = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
    assert dated("PYEN", 42, moment) == "PYEN260304000042"
    # The same instant on a clock in Shanghai, where it is the next morning.
    assert dated("PYEN", 42, moment.astimezone(timezone(timedelta(hours=8)))) == "PYEN260304000042"


def test_a_dated_reference_keeps_its_length_when_the_number_outgrows_six_digits():
    moment = datetime(2026, 3, 4, tzinfo=UTC)
    assert dated("PYEN", 999_999, moment) == "PYEN260304999999"
    assert dated("PYEN", 1_000_007, moment) == "PYEN260304000007"
