"""Who did something, by name: the history calls people by their numbers."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.commerce.accounts.models import users
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_PREFIX = "user "


class _Name(NamedTuple):
    username: str


_NAME = Query(select(users.c.username).where(users.c.id == bindparam("user_id")), _Name)


def names_of_actors(unit: Reading, actors: Iterable[str]) -> Mapping[str, str]:
    """The user name of every actor who is a person; one look for each."""
    found = {}
    for actor in sorted(set(actors)):
        number = actor.removeprefix(_PREFIX)
        if actor.startswith(_PREFIX) and number.isdigit():
            row = unit.first(_NAME, user_id=int(number))
            if row is not None:
                found[actor] = row.username
    return found
