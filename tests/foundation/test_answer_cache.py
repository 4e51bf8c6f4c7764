"""Answers kept as bytes until their topic changes."""

import pytest

from makeline.foundation.changes import EVERYTHING, AnswerCache, Changes
from makeline.foundation.unit_of_work import Snapshots


@pytest.fixture
def changes() -> Changes:
    """News of one process without a database."""
    return Changes(Snapshots())


@pytest.fixture
def cache(changes: Changes) -> AnswerCache:
    """Room for three answers."""
    return AnswerCache(changes, largest=3)


def test_a_kept_answer_is_given_until_its_topic_changes(changes: Changes, cache: AnswerCache):
    cache.keep("a", "answer", begun=cache.begin("a"))
    changes.announce(["b"])
    assert cache.get("a") == "answer"
    changes.announce(["a"])
    assert cache.get("a") is None


def test_an_answer_overtaken_while_it_was_made_is_not_kept(changes: Changes, cache: AnswerCache):
    begun = cache.begin("a")
    changes.announce(["a"])
    cache.keep("a", "stale", begun=begun)
    assert cache.get("a") is None


def test_an_old_answer_does_not_come_back_under_the_name_of_a_newer_one(changes: Changes, cache: AnswerCache):
    slow = cache.begin("a")
    changes.announce(["a"])
    quick = cache.begin("a")
    cache.keep("a", "stale", begun=slow)
    assert cache.get("a") is None
    cache.keep("a", "fresh", begun=quick)
    assert cache.get("a") == "fresh"
    cache.keep("a", "stale", begun=slow)
    assert cache.get("a") == "fresh"


def test_when_anything_may_have_changed_no_answer_is_kept(changes: Changes, cache: AnswerCache):
    cache.keep("a", "answer", begun=cache.begin("a"))
    begun = cache.begin("b")
    changes.hear([EVERYTHING])
    cache.keep("b", "stale", begun=begun)
    assert (cache.get("a"), cache.get("b")) == (None, None)


def test_the_oldest_answer_makes_room(changes: Changes, cache: AnswerCache):
    for topic in "abcd":
        cache.keep(topic, f"answer {topic}", begun=cache.begin(topic))
    assert [cache.get(topic) for topic in "abcd"] == [None, "answer b", "answer c", "answer d"]


def test_questions_that_are_refused_do_not_fill_the_memory(cache: AnswerCache):
    for number in range(100):
        cache.begin(f"nobody {number}")
    assert len(cache._making) + len(cache._kept) < 10
