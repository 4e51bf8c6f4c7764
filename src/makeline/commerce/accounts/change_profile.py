"""People change what is known of them; admins change it for others."""

from collections.abc import Mapping

from sqlalchemy import bindparam, update

from makeline.commerce.accounts.events import ProfileChanged
from makeline.commerce.accounts.models import COMPANY_FIELDS, User, users
from makeline.commerce.accounts.queries import user_for_update
from makeline.commerce.accounts.sign_up import checked_company
from makeline.commerce.accounts.states import PersonKind
from makeline.foundation.columns import Word
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork

# What the history calls it.
PROFILE = "profile"
TEXTS = ("full_name", "phone", *COMPANY_FIELDS)

_STORE = Change(
    update(users)
    .where(users.c.id == bindparam("user_id"))
    .values(
        {
            **{name: bindparam(f"new_{name}") for name in TEXTS},
            "kind": bindparam("new_kind", type_=Word(PersonKind)),
        }
    )
)


def change_profile(
    unit: UnitOfWork, user_id: int, *, texts: Mapping[str, str], kind: PersonKind | None = None
) -> User:
    """Only the ``TEXTS`` that are given change. Numbers of a legal entity are checked as the whole they then are."""
    user = user_for_update(unit, user_id)
    was = user._asdict()
    changed = {name: texts.get(name, was[name]) for name in TEXTS}
    if any(name in texts for name in COMPANY_FIELDS):
        checked_company({name: changed[name] for name in COMPANY_FIELDS})
    now = user._replace(kind=kind or user.kind, **changed)
    if now != user:
        # Which of them, and by whom, but not what they say: the history outlives the person's own wish.
        names = [name for name in (*TEXTS, "kind") if getattr(now, name) != was[name]]
        unit.note(PROFILE, user.id, "", ", ".join(names), cause="profile changed")
        unit.change(
            _STORE,
            user_id=user.id,
            new_kind=now.kind,
            **{f"new_{name}": value for name, value in changed.items()},
        )
        unit.emit(ProfileChanged(user.id))
    return now
