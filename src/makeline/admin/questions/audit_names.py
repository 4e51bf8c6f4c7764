"""What people call the persons and things that stand in a history by their numbers."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, bindparam, select

from makeline.cases.kiosk.models import kiosk_sessions
from makeline.cases.machines.models import machines
from makeline.cases.production.models import print_jobs
from makeline.commerce.accounts.models import users
from makeline.commerce.invoices.models import invoices
from makeline.commerce.orders.models import orders
from makeline.commerce.payments.models import payments
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading


class _Called(NamedTuple):
    """A number and the name that people know."""

    id: int
    name: str


def _names(table: Table, name: ColumnElement[str], by: ColumnElement[Any]) -> Query[_Called]:
    return Query(select(table.c.id, name).where(by == bindparam("said")), _Called)


_NAMES = {
    "order": _names(orders, orders.c.number, orders.c.id),
    "machine": _names(machines, machines.c.key, machines.c.id),
    "user": _names(users, users.c.username, users.c.id),
    "print": _names(print_jobs, print_jobs.c.reference, print_jobs.c.id),
    "payment": _names(payments, payments.c.reference, payments.c.id),
    "invoice": _names(invoices, invoices.c.number, invoices.c.id),
    "session": _names(kiosk_sessions, kiosk_sessions.c.key, kiosk_sessions.c.id),
}
_NUMBERS = {
    "order": _names(orders, orders.c.number, orders.c.number),
    "machine": _names(machines, machines.c.key, machines.c.key),
    "user": _names(users, users.c.username, users.c.name_key),
    "print": _names(print_jobs, print_jobs.c.reference, print_jobs.c.reference),
    "payment": _names(payments, payments.c.reference, payments.c.reference),
    "session": _names(kiosk_sessions, kiosk_sessions.c.key, kiosk_sessions.c.key),
}
# Whose number the history of a noun has.
_BEARER = {
    "order": "order", "order payment": "order", "web order": "order", "machine pause": "machine",
    "machine place": "machine", "role": "user", "profile": "user", "print job": "print", "print priority": "print",
    "payment": "payment", "invoice": "invoice", "session": "session", "order link": "session",
}  # fmt: skip


def subject_called(unit: Reading, noun: str, said: str) -> str:
    """The number by which a history knows what people call by a name; a number stays one."""
    bearer = _BEARER.get(noun, "")
    if not said or bearer not in _NUMBERS or (said.isascii() and said.isdigit()):
        return said
    found = unit.first(_NUMBERS[bearer], said=said.casefold() if bearer == "user" else said)
    return str(found.id) if found is not None else said


def subjects_named(unit: Reading, subjects: set[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What people call the things of some entries, by noun and number."""
    named = {}
    for noun, subject in subjects:
        bearer = _BEARER.get(noun)
        if bearer is not None and subject.isdigit():
            found = unit.first(_NAMES[bearer], said=int(subject))
            if found is not None:
                named[noun, subject] = found.name
    return named


class Person(NamedTuple):
    """Who an actor of the history is."""

    id: int
    username: str


_PERSON = Query(select(users.c.id, users.c.username).where(users.c.id == bindparam("user_id")), Person)
_NAMED = Query(select(users.c.id, users.c.username).where(users.c.name_key == bindparam("name_key")), Person)
_USER = "user "


def actors_named(unit: Reading, actors: set[str]) -> dict[str, str]:
    """Actors that are people, by the names they sign in with."""
    found = {}
    for actor in actors:
        number = actor.removeprefix(_USER)
        if actor.startswith(_USER) and number.isascii() and number.isdigit():
            person = unit.first(_PERSON, user_id=int(number))
            if person is not None:
                found[actor] = person.username
    return found


def actor_called(unit: Reading, said: str) -> str:
    """An actor as the history writes him: of a person's name his number, else what was said."""
    person = unit.first(_NAMED, name_key=said.casefold()) if said else None
    return f"{_USER}{person.id}" if person is not None else said
