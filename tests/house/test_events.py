"""Nothing is announced into the void, and nobody listens for what is never said."""

import importlib
import pkgutil
from typing import Any

import makeline
from makeline.cases.production.submit import Submission
from makeline.kernel.events import Event
from makeline.main.subscriptions import PROMISES, TIMELINE_ONLY, reactions
from tests.fakes import PlainPartner


def _every_event() -> dict[str, type[Event]]:
    for module in pkgutil.walk_packages(makeline.__path__, "makeline."):
        if module.name.endswith(".events"):
            importlib.import_module(module.name)
    # A dataclass with slots leaves its first self behind; the name is what is stored.
    return {event.name: event for event in Event.__subclasses__() if event.__module__.startswith("makeline.")}


def test_every_event_is_heard_or_stands_in_the_history_only():
    only_told = {event.name for event in TIMELINE_ONLY}
    assert PROMISES.keys() | only_told == _every_event().keys()
    assert not PROMISES.keys() & only_told


def test_every_promise_has_somebody_who_keeps_it():
    nothing: Any = None
    kept = reactions(
        nothing,
        Submission(PlainPartner(), nothing, nothing, nothing, nothing),
        nothing,
        nothing,
        nothing,
        nothing,
        nothing,
    )
    promised = {promise.subscriber for promises in PROMISES.values() for promise in promises}
    assert kept.keys() == promised
    for name, promises in PROMISES.items():
        for promise in promises:
            assert kept[promise.subscriber].event.name == name
