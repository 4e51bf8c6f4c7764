"""Every life the product knows: whoever walks along its table gets nowhere else."""

import importlib
import pkgutil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import makeline
from makeline.kernel.states import IllegalMove, StateTable


def every_table() -> list[StateTable[Any]]:
    """Whatever module of the product holds a table of states, it is found here."""
    found: dict[str, StateTable[Any]] = {}
    for module in pkgutil.walk_packages(makeline.__path__, "makeline."):
        if module.name.endswith(".states"):
            for thing in vars(importlib.import_module(module.name)).values():
                if isinstance(thing, StateTable):
                    found[thing.noun] = thing
    return list(found.values())


TABLES = every_table()
each_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.noun)


def states_of(table: StateTable[Any]) -> set[Any]:
    """All words of the life, also those that no move mentions."""
    (birth, *_) = table.initial
    return set(type(birth))


def test_the_lives_of_the_product_are_found():
    assert {"order", "payment", "order payment"} <= {table.noun for table in TABLES}
    assert len(TABLES) >= 6


@each_table
def test_no_table_knows_a_state_that_its_words_do_not(table: StateTable[Any]):
    words = states_of(table)
    assert set(table.moves) == words
    assert set().union(*table.moves.values()) <= words
    assert table.initial <= words


@each_table
def test_every_state_can_be_reached_from_birth(table: StateTable[Any]):
    reached, at = set(table.initial), list(table.initial)
    while at:
        for following in table.moves[at.pop()] - reached:
            reached.add(following)
            at.append(following)
    assert states_of(table) - reached == set()


@each_table
def test_nothing_moves_to_where_it_is(table: StateTable[Any]):
    assert not [state for state, following in table.moves.items() if state in following]


# What somebody is goes on as long as he is there, and what was approved may always be drawn anew.
ENDLESS = {"role"}


@each_table
def test_every_life_has_an_end_or_goes_on_knowingly(table: StateTable[Any]):
    ends = {state for state, following in table.moves.items() if not following}
    if table.noun in ENDLESS:
        assert not ends, f"a {table.noun} ends after all"
        return
    assert ends, f"nothing ever ends the life of a {table.noun}"
    for state in states_of(table):
        assert ends & _within_reach(table, state), f"no way out of {state}"


@each_table
@given(data=st.data())
def test_a_random_walk_goes_only_along_the_edges(table: StateTable[Any], data: st.DataObject):
    every = sorted(states_of(table))
    current = None
    for wanted in data.draw(st.lists(st.sampled_from(every), max_size=15)):
        legal = wanted in (table.initial if current is None else table.moves[current])
        assert current is None or table.allows(current, wanted) == legal
        if legal:
            current = table.move(current, wanted)
            assert current is wanted
        else:
            with pytest.raises(IllegalMove) as refused:
                table.move(current, wanted)
            _tells_what_would_be_allowed(table, current, refused.value)


def _tells_what_would_be_allowed(table: StateTable[Any], current: Any, refusal: IllegalMove) -> None:
    allowed = table.initial if current is None else table.moves[current]
    assert refusal.extras["allowed"] == sorted(state.value for state in allowed)
    assert refusal.extras["current_status"] == (None if current is None else current.value)


def _within_reach(table: StateTable[Any], state: Any) -> set[Any]:
    reached, at = {state}, [state]
    while at:
        for following in table.moves[at.pop()] - reached:
            reached.add(following)
            at.append(following)
    return reached
