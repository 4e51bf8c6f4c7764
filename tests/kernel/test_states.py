"""A table of states allows what it lists and says what it would have allowed."""

from enum import StrEnum

import pytest

from makeline.kernel.errors import Kind
from makeline.kernel.states import IllegalMove, state_table


class Light(StrEnum):
    RED = "red"
    AMBER = "amber"
    GREEN = "green"


LIGHTS = state_table("light", Light.RED, {Light.RED: (Light.AMBER, Light.GREEN), Light.AMBER: (Light.RED,)})


@pytest.mark.parametrize("source", Light)
@pytest.mark.parametrize("target", Light)
def test_what_is_listed_may_happen_and_nothing_else(source: Light, target: Light):
    listed = (source, target) in {
        (Light.RED, Light.AMBER),
        (Light.RED, Light.GREEN),
        (Light.AMBER, Light.RED),
    }
    assert LIGHTS.allows(source, target) is listed
    if listed:
        assert LIGHTS.move(source, target) is target
    else:
        with pytest.raises(IllegalMove):
            LIGHTS.move(source, target)


def test_a_thing_is_born_in_its_first_state_only():
    assert LIGHTS.move(None, Light.RED) is Light.RED
    with pytest.raises(IllegalMove) as refused:
        LIGHTS.move(None, Light.GREEN)
    assert refused.value.message == "light is not there yet and cannot become green"
    assert refused.value.extras == {"current_status": None, "allowed": ["red"]}


def test_a_refused_move_says_what_may_follow():
    with pytest.raises(IllegalMove) as refused:
        LIGHTS.move(Light.RED, Light.RED)
    assert refused.value.message == "light is red and cannot become red"
    assert refused.value.extras == {"current_status": "red", "allowed": ["amber", "green"]}
    assert (refused.value.code, refused.value.kind) == ("ILLEGAL_STATE", Kind.CONFLICT)
    with pytest.raises(IllegalMove) as final:
        LIGHTS.move(Light.GREEN, Light.RED)
    assert final.value.extras["allowed"] == []


def test_a_table_cannot_be_altered():
    with pytest.raises(AttributeError):
        LIGHTS.noun = "lamp"  # ty: ignore[invalid-assignment]
