"""The terms that a customer accepts before he hands in a picture, and what is kept of his consent."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import CheckConstraint, Column, Table, Text, UniqueConstraint, bindparam, select

from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.queries import must_be_open, session_for_update, topic_of
from makeline.cases.machines.callers import Caller
from makeline.foundation.columns import UtcTime, identity, metadata, reference_to
from makeline.foundation.statements import Query, insert_or_ignore
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

_SAID: dict[str, Any] = json.loads((Path(__file__).parent / "pages" / "terms.json").read_text("utf-8"))
# A new text has a new version; consents to older versions stay what they were.
VERSION: str = _SAID["version"]
TERMS: Mapping[str, Sequence[str]] = _SAID["text"]

consents = Table(
    "consents",
    metadata,
    identity(),
    reference_to("kiosk_sessions", "session_id"),
    Column("terms_version", Text, nullable=False),
    # The language in which he read them.
    Column("language", Text, nullable=False),
    # Which phone: the hash of the secret that it was given.
    Column("client_token_hash", Text, nullable=False),
    Column("given_at", UtcTime(), nullable=False),
    UniqueConstraint("session_id", "terms_version"),
    CheckConstraint("terms_version <> ''", name="to_some_version"),
)


class Consent(NamedTuple):
    """Which terms a phone has accepted, in which language, and when."""

    terms_version: str
    language: str
    client_token_hash: str
    given_at: datetime


_LATEST = Query(
    select(*(consents.c[name] for name in Consent._fields))
    .where(consents.c.session_id == bindparam("session_id"))
    .order_by(consents.c.given_at.desc()),
    Consent,
)
_KEEP = insert_or_ignore(consents, tuple(consents.c.keys()))


def accept_terms(unit: UnitOfWork, caller: Caller, key: str, *, version: str, language: str) -> Consent:
    """Keep that the phone of a session accepts the terms as they are; the first moment counts.

    Only the phone itself may say so. Raises ``Invalid`` for another version than the present one.
    """
    session, _ = session_for_update(unit, key)
    if caller.token_hash is None or not holds_session(caller, session):
        raise caller.refusal("only the customer's phone may accept the terms")
    must_be_open(session, unit.now)
    problems = []
    if version != VERSION:
        problems.append(FieldProblem("terms_version", f"is not {VERSION}, the present one", version[:40]))
    if language not in TERMS:
        problems.append(FieldProblem("language", f"is not one of {', '.join(TERMS)}", language[:40]))
    if problems:
        raise Invalid(*problems)
    unit.change(
        _KEEP,
        id=unit.new_id(consents),
        session_id=session.id,
        terms_version=version,
        language=language,
        client_token_hash=caller.token_hash,
        given_at=unit.now,
    )
    unit.touch(topic_of(key))
    kept = consent_of(unit, session.id)
    assert kept is not None
    return kept


def consent_of(unit: Reading, session_id: int) -> Consent | None:
    """The latest consent of a session."""
    return unit.first(_LATEST, session_id=session_id)
