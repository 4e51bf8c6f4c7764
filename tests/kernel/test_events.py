"""Events survive being stored, also by an older or a newer version of the product."""

import dataclasses
import importlib
import json
import pkgutil
import sys
from dataclasses import dataclass
from typing import ClassVar, get_type_hints

import pytest

import makeline
from makeline.kernel.events import Event

JSON_TYPES = (int, str, bool, float, int | None, str | None, bool | None)


@dataclass(frozen=True, slots=True)
class Happened(Event):
    """A fact of this test."""

    name: ClassVar[str] = "test.happened"

    number: int
    note: str = "none"


def every_event() -> list[type[Event]]:
    for module in pkgutil.walk_packages(makeline.__path__, "makeline."):
        if module.name.endswith(".events"):
            importlib.import_module(module.name)
    # A dataclass with slots is made twice; the first draft lives until it is collected.
    return [
        event
        for event in Event.__subclasses__()
        if getattr(sys.modules[event.__module__], event.__name__) is event and event is not Happened
    ]


def test_an_event_survives_json():
    event = Happened(7, "süß")
    assert Happened.read(json.loads(json.dumps(event.payload()))) == event


def test_what_a_newer_version_added_is_ignored_and_what_an_older_one_lacked_has_its_default():
    assert Happened.read({"number": 1, "added_next_year": [1, 2]}) == Happened(1, "none")


def test_a_fact_cannot_be_changed_afterwards():
    with pytest.raises(dataclasses.FrozenInstanceError):
        Happened(1).number = 2  # ty: ignore[invalid-assignment]


def test_no_two_events_of_the_product_share_a_name():
    names = [event.name for event in every_event()]
    assert len(names) >= 5
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("event", every_event(), ids=lambda event: event.name)
def test_every_event_of_the_product_is_frozen_and_made_of_json_values(event: type[Event]):
    hints = get_type_hints(event)
    assert event.__dataclass_params__.frozen
    for field in dataclasses.fields(event):
        assert hints[field.name] in JSON_TYPES, field.name
