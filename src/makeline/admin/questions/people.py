"""People as staff lists them, and everything that belongs to one of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, or_, select

from makeline.admin.questions.listing import Listing
from makeline.admin.questions.order_story import Entry
from makeline.admin.questions.orders import OrderRow, orders_page
from makeline.admin.questions.quotes import QuoteRow, quotes_page
from makeline.commerce.accounts.change_profile import PROFILE
from makeline.commerce.accounts.models import SignIn, User, users
from makeline.commerce.accounts.queries import name_key, open_sign_ins, user_of
from makeline.commerce.accounts.second_factor import SecondFactor, second_factor_of
from makeline.commerce.accounts.states import ROLES, PersonKind, Role
from makeline.commerce.documents.models import Document
from makeline.commerce.documents.queries import documents_of
from makeline.crm.models import Item, crm_items
from makeline.crm.records import Entity
from makeline.foundation.columns import UtcTime
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import files_page

# So many of each are shown with a person; the rest stands in its own list.
_SOME = 10


class PersonRow(NamedTuple):
    """One account in a list."""

    id: int
    username: str
    email: str
    email_confirmed_at: datetime | None
    full_name: str
    kind: PersonKind
    role: Role
    company_name: str
    created_at: datetime


class PersonFile(NamedTuple):
    """One account with the latest that belongs to it."""

    user: User
    sign_ins: Sequence[SignIn]
    factor: SecondFactor | None
    orders: Sequence[OrderRow]
    quotes: Sequence[QuoteRow]
    files: Sequence[PartFile]
    files_in_all: int
    documents: Sequence[Document]
    documents_in_all: int
    mirrored: Item | None
    story: Sequence[Entry]
    at: datetime


_U, _M = users.c, moves.c
_LIST = Listing(
    select(
        *(_U.id, _U.username, _U.email, _U.email_confirmed_at, _U.full_name, _U.kind, _U.role),
        *(_U.company_name, _U.created_at),
    ),
    PersonRow,
    key=_U.id,
    counted=users,
    conditions={
        "role": _U.role == bindparam("role"),
        "kind": _U.kind == bindparam("kind"),
        # The beginning of a name or an address; databases order letters differently, so no range can say it.
        "like": or_(
            _U.name_key.like(bindparam("like"), escape="\\"), _U.email.like(bindparam("like"), escape="\\")
        ),
        "since": _U.created_at >= bindparam("since", type_=UtcTime()),
        "until": _U.created_at < bindparam("until", type_=UtcTime()),
    },
)
_STORY = Query(
    select(_M.noun, _M.subject_id, _M.from_state, _M.to_state, _M.actor, _M.cause, _M.at)
    .where(or_(_M.noun == ROLES.noun, _M.noun == PROFILE), _M.subject_id == bindparam("user_id"))
    .order_by(_M.at.desc(), _M.id.desc())
    .limit(50),
    Entry,
)
_MIRRORED = Query(
    select(crm_items).where(
        crm_items.c.entity == bindparam("entity"), crm_items.c.our_id == bindparam("user_id")
    ),
    Item,
)


def beginning(words: str) -> str | None:
    """The part ``like`` of a wish: names and addresses that begin so; None for no words."""
    key = name_key(words.strip())
    for sign in ("\\", "%", "_"):
        key = key.replace(sign, f"\\{sign}")
    return f"{key}%" if key else None


def people_page(
    unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None
) -> list[PersonRow]:
    """The newest below an id; ``wish`` by ``role``, ``kind``, ``since``, ``until`` and ``like`` (see ``beginning``)."""
    return _LIST.page(unit, wish, limit=limit, before_id=before_id)


def people_by_role(unit: Reading, wish: Mapping[str, Any]) -> dict[str, int]:
    """How many have which role, whatever role is wished for."""
    return _LIST.tally(unit, _U.role, {**wish, "role": None})


def person_file(unit: Reading, user_id: int) -> PersonFile:
    """Raises ``NotFound``."""
    user, of_him = user_of(unit, user_id), {"user_id": user_id}
    files, files_in_all = files_page(unit, user_id, limit=_SOME, before_id=None)
    documents, documents_in_all = documents_of(unit, user_id, limit=_SOME, before_id=None)
    return PersonFile(
        user=user,
        sign_ins=open_sign_ins(unit, user_id),
        factor=second_factor_of(unit, user_id),
        orders=orders_page(unit, of_him, limit=_SOME, before_id=None),
        quotes=quotes_page(unit, of_him, limit=_SOME, before_id=None),
        files=files,
        files_in_all=files_in_all,
        documents=documents,
        documents_in_all=documents_in_all,
        mirrored=unit.first(_MIRRORED, entity=Entity.CONTACT, **of_him),
        story=unit.all(_STORY, **of_him),
        at=unit.now,
    )
