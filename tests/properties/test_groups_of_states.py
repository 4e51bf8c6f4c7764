"""Groups of states are what their tables say, and a refused move says what may follow."""

from collections.abc import Collection
from typing import Any

import pytest

from makeline.cases.kiosk.states import OPEN, SESSION_STATES, SessionStatus
from makeline.cases.styles.states import ENDED, MADE, STYLE_STATES, StyleState
from makeline.commerce.orders.states import COVERED, PAYMENT_STANDINGS, PaymentStanding
from makeline.commerce.payments.states import PAYMENT_STATES, SETTLED, PaymentState
from makeline.kernel.errors import Kind
from makeline.kernel.states import StateTable
from makeline.parts.quotes.states import QUOTE_LINE_STATES, QUOTE_STATES, IllegalQuoteMove, must_allow


def reached_from(table: StateTable[Any], some: Collection[Any]) -> set[Any]:
    """These states and all that may follow."""
    found, level = set(some), list(some)
    while level:
        level = [state for state in table.moves[level.pop()] if state not in found] + level
        found.update(level)
    return found


def test_groups_of_states_are_what_the_tables_say():
    # Open is what the clock may still end.
    assert set(OPEN) == {one for one in SessionStatus if SESSION_STATES.allows(one, SessionStatus.EXPIRED)}
    # Settled is everything from the bank's yes on.
    assert reached_from(PAYMENT_STATES, {PaymentState.AUTHORISED}) == SETTLED
    assert set(ENDED) == {one for one in StyleState if not STYLE_STATES.moves[one]}
    assert set(MADE) == set(ENDED) - {StyleState.REFUSED}
    # Covered is what the first whole payment leads to, and may yet be undone.
    whole = PAYMENT_STANDINGS.moves[PaymentStanding.UNPAID] - {PaymentStanding.PARTLY_PAID}
    assert {one for one in whole if PAYMENT_STANDINGS.moves[one]} == COVERED


@pytest.mark.parametrize("table", [QUOTE_STATES, QUOTE_LINE_STATES], ids=lambda table: table.noun)
def test_an_illegal_move_of_a_quote_says_where_it_stands_and_what_may_follow(table: StateTable[Any]):
    for current, followers in table.moves.items():
        for target in table.moves:
            if target in followers:
                must_allow(table, current, target)
                continue
            with pytest.raises(IllegalQuoteMove) as refused:
                must_allow(table, current, target)
            words = f"the {table.noun} is {current.value} and cannot become {target.value}"
            assert (refused.value.code, refused.value.kind) == ("ILLEGAL_MOVE", Kind.CONFLICT)
            assert refused.value.message == words
            assert refused.value.extras == {
                "status": current.value,
                "allowed": sorted(one.value for one in followers),
            }
