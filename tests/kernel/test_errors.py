"""Refusals: a stable word for programs, a sentence for people."""

import importlib
import pkgutil
import re
from collections import defaultdict

import makeline
from makeline.kernel.errors import FieldProblem, Invalid, Kind, NotFound, Refusal


def every_refusal() -> list[type[Refusal]]:
    for module in pkgutil.walk_packages(makeline.__path__, "makeline."):
        if not module.name.endswith(("__main__", ".env")) and "versions" not in module.name:
            importlib.import_module(module.name)
    found: list[type[Refusal]] = []
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return [kind for kind in found if kind.__module__.startswith("makeline.")]


def test_every_refusal_has_a_word_in_capitals_and_a_kind():
    for refusal in every_refusal():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", refusal.code), refusal
        assert isinstance(refusal.kind, Kind), refusal


def test_one_word_never_means_two_statuses():
    kinds: dict[str, set[Kind]] = defaultdict(set)
    for refusal in every_refusal():
        kinds[refusal.code].add(refusal.kind)
    assert {code: found for code, found in kinds.items() if len(found) > 1} == {}


def test_every_refusal_of_the_product_says_what_it_means():
    assert [refusal for refusal in every_refusal() if not refusal.__doc__] == []


def test_a_refusal_carries_its_sentence_and_its_extras():
    refusal = NotFound("there is no such session", session="abc")
    assert str(refusal) == refusal.message == "there is no such session"
    assert refusal.extras == {"session": "abc"}


def test_invalid_names_every_field():
    refusal = Invalid(FieldProblem("amount", "is negative", -1), FieldProblem("model", "is unknown"))
    assert refusal.message == "amount: is negative; model: is unknown"
    assert [(problem.field, problem.received) for problem in refusal.problems] == [
        ("amount", -1),
        ("model", None),
    ]


def test_a_problem_shows_its_field_and_never_what_was_received():
    assert (
        repr(FieldProblem("password", "is too short", "hunter2"))
        == "FieldProblem('password', 'is too short')"
    )
