"""What must always hold, asked of the database itself: ``invariants.sql`` holds one statement for each invariant.

The database's constraints make most of these impossible; here they are asked once more over everything together, by
tests after every story, by the fault programme after every crash, and by staff at any time. Reading only.
"""

import re
from collections.abc import Iterable
from importlib.resources import files
from string import Template
from typing import Any, NamedTuple

from sqlalchemy import Column, text

from makeline.cases.designs.models import drafts
from makeline.cases.designs.states import DRAFT_STATES
from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.kiosk.renew_link import LINK
from makeline.cases.kiosk.states import SESSION_STATES
from makeline.cases.machines.pause import PAUSE
from makeline.cases.machines.places import PLACE
from makeline.cases.privacy.erase import ERASURE
from makeline.cases.production.content_check import content_checks
from makeline.cases.production.models import print_jobs
from makeline.cases.production.rearrange import PRIORITY
from makeline.cases.production.states import CONTENT_STATES, JOB_STATES
from makeline.cases.shop.models import web_orders
from makeline.cases.shop.states import JOURNEYS
from makeline.cases.stock.models import allocations
from makeline.cases.stock.states import ALLOCATION_STATES
from makeline.cases.styles.models import style_jobs
from makeline.cases.styles.states import STYLE_STATES
from makeline.commerce.accounts.appoint import SIGN_INS
from makeline.commerce.accounts.change_profile import PROFILE
from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.post_office import LETTER
from makeline.commerce.accounts.second_factor import NOUN as SECOND_FACTOR
from makeline.commerce.accounts.states import ROLES
from makeline.commerce.invoices.models import invoices
from makeline.commerce.invoices.states import INVOICE_STATES
from makeline.commerce.orders.models import orders
from makeline.commerce.orders.states import ORDER_STATES, PAYMENT_STANDINGS
from makeline.commerce.payments.models import line_outcomes, payments, transfers
from makeline.commerce.payments.states import OUTCOMES, PAYMENT_STATES, SETTLED, TRANSFER_STATES
from makeline.foundation.promises import PROMISE
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.states import StateTable
from makeline.parts.call_requests.models import call_requests
from makeline.parts.call_requests.states import CALL_REQUEST_STATES
from makeline.parts.geometry.models import part_files
from makeline.parts.geometry.states import PART_FILE_STATES
from makeline.parts.quotes.models import quote_lines, quotes
from makeline.parts.quotes.share import SHARING
from makeline.parts.quotes.states import QUOTE_LINE_STATES, QUOTE_STATES

# As many examples of one broken invariant as anybody wants to read.
_MOST_FINDINGS = 100
_HEADER = re.compile(r"^-- (I\d+) ([^:\n]+): (.+)$", re.MULTILINE)


class Life(NamedTuple):
    """A table of states, and the column that holds the present state of each of its subjects."""

    states: StateTable[Any]
    now: Column[Any]


# Whatever writes moves stands here: a move of a noun that is not listed is a forbidden one.
LIVES = (
    Life(SESSION_STATES, kiosk_sessions.c.status),
    Life(ORDER_STATES, orders.c.status),
    Life(PAYMENT_STANDINGS, orders.c.payment_status),
    Life(PART_FILE_STATES, part_files.c.state),
    Life(CALL_REQUEST_STATES, call_requests.c.status),
    Life(PAYMENT_STATES, payments.c.status),
    Life(TRANSFER_STATES, transfers.c.state),
    Life(OUTCOMES, line_outcomes.c.outcome),
    Life(INVOICE_STATES, invoices.c.state),
    Life(ALLOCATION_STATES, allocations.c.state),
    Life(JOURNEYS, web_orders.c.journey),
    Life(JOB_STATES, print_jobs.c.status),
    Life(STYLE_STATES, style_jobs.c.state),
    Life(CONTENT_STATES, content_checks.c.state),
    Life(ROLES, users.c.role),
    Life(DRAFT_STATES, drafts.c.state),
    Life(QUOTE_STATES, quotes.c.state),
    Life(QUOTE_LINE_STATES, quote_lines.c.state),
)

# Values that somebody changed: they stand in the same history, and are on no table of states.
VALUES = (ERASURE, LETTER, SIGN_INS, PAUSE, PLACE, PRIORITY, PROMISE, LINK, SHARING, PROFILE, SECOND_FACTOR)


class Finding(NamedTuple):
    """One row that breaks an invariant."""

    subject: str
    finding: str


class Invariant(NamedTuple):
    """``sentence`` always holds; ``query`` finds what breaks it."""

    id: str
    name: str
    sentence: str
    query: Query[Finding]


class Violation(NamedTuple):
    """A broken invariant with one example."""

    invariant: Invariant
    subject: str
    finding: str

    def __str__(self) -> str:
        invariant = self.invariant
        return (
            f"{invariant.id} {invariant.name}: {self.subject}: {self.finding} (always: {invariant.sentence})"
        )

    __repr__ = __str__


def violations(unit: Reading) -> list[Violation]:
    """Everything in the database that contradicts what must always hold; at most 100 examples of each."""
    return [
        Violation(invariant, found.subject, found.finding)
        for invariant in INVARIANTS
        for found in unit.all(invariant.query)
    ]


def _read() -> tuple[Invariant, ...]:
    source = (files("makeline.main") / "invariants.sql").read_text("utf-8")
    filled = Template(source).substitute(
        settled="(" + ", ".join(f"'{state.value}'" for state in sorted(SETTLED)) + ")",
        edges=_edges(),
        births=_births(),
        standings=_standings(),
        values="(" + ", ".join(f"'{noun}'" for noun in VALUES) + ")",
    )
    _, *parts = _HEADER.split(filled)
    return tuple(
        Invariant(*parts[at : at + 3], Query(_limited(parts[at + 3]), Finding))
        for at in range(0, len(parts), 4)
    )


def _limited(sql: str) -> Any:
    statement = sql.strip().removesuffix(";")
    # A colon would begin a parameter.
    return text(f"SELECT * FROM ({statement}) AS found LIMIT {_MOST_FINDINGS}".replace(":", r"\:"))


def _edges() -> str:
    return _rows(
        (life.states.noun, source.value, target.value)
        for life in LIVES
        for source, targets in life.states.moves.items()
        for target in sorted(targets)
    )


def _births() -> str:
    return _rows((life.states.noun, state.value) for life in LIVES for state in sorted(life.states.initial))


def _rows(rows: Iterable[tuple[str, ...]]) -> str:
    return ", ".join("(" + ", ".join(f"'{word}'" for word in row) + ")" for row in rows)


def _standings() -> str:
    return " UNION ALL ".join(
        f"SELECT '{life.states.noun}', id, {life.now.name}, -1 FROM {life.now.table.name}" for life in LIVES
    )


INVARIANTS = _read()
