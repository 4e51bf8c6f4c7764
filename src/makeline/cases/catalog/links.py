"""Which partner's model is which of ours: rows that staff confirms. A name may propose a link, never make one."""

from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update

from makeline.cases.catalog.models import LinkState, model_links, partner_brands, partner_models
from makeline.cases.catalog.queries import TOPIC, catalogue
from makeline.foundation.statements import Change, Query, insert_or_ignore
from makeline.foundation.unit_of_work import Reading, UnitOfWork
from makeline.kernel.errors import Kind, NotFound, Refusal


class LinkTaken(Refusal):
    """The partner's model is linked to another model of ours."""

    code = "LINK_TAKEN"
    kind = Kind.CONFLICT


class Unresolved(NamedTuple):
    """A partner's model that is not linked; ``proposed`` is what its name suggests."""

    partner_model: str
    name: str
    partner_brand: str
    proposed: str | None


class Link(NamedTuple):
    """A partner's model and ours."""

    partner_model: str
    phone_model_id: str
    state: LinkState


_P, _L = partner_models.c, model_links.c
_UNRESOLVED = Query(
    select(_P.id, _P.name, _P.partner_brand, _L.phone_model_id)
    .outerjoin(model_links, _L.partner_model == _P.id)
    .where(or_(_L.partner_model.is_(None), _L.state == LinkState.PROPOSED))
    .order_by(_P.partner_brand, _P.name, _P.id),
    Unresolved,
)
_LINK = Query(
    select(_L.partner_model, _L.phone_model_id, _L.state).where(_L.partner_model == bindparam("of_model")),
    Link,
)
_HEARD = insert_or_ignore(partner_models, ("id", "name", "partner_brand", "heard_at"))
_RENAMED = Change(
    update(partner_models)
    .where(_P.id == bindparam("of_model"))
    .values(name=bindparam("name"), partner_brand=bindparam("partner_brand"), heard_at=bindparam("heard_at"))
)
_NEW_LINK = insert_or_ignore(
    model_links, ("partner_model", "phone_model_id", "state", "decided_by", "decided_at")
)
_CONFIRM = Change(
    update(model_links)
    .where(_L.partner_model == bindparam("of_model"), _L.state == LinkState.PROPOSED)
    .values(
        phone_model_id=bindparam("phone_model_id"),
        state=LinkState.CONFIRMED,
        decided_by=bindparam("actor"),
        decided_at=bindparam("decided_at", type_=_L.decided_at.type),
    )
)
_LINKED_BRANDS: Query[tuple[str, str]] = Query(
    select(partner_brands.c.id, partner_brands.c.brand_id)
    .where(partner_brands.c.brand_id.is_not(None))
    .order_by(partner_brands.c.id),
    tuple,
)


def linked_brands(unit: Reading) -> list[str]:
    """The partner's ids of the brands we carry."""
    return [partner_id for partner_id, _ in unit.all(_LINKED_BRANDS)]


def hear_model(unit: UnitOfWork, partner_model: str, *, name: str, partner_brand: str) -> str | None:
    """The partner lists a model: the id of ours that staff linked it to, or None and a proposal by its name."""
    values = {"name": name, "partner_brand": partner_brand, "heard_at": unit.now}
    unit.put(_HEARD, id=partner_model, **values)
    unit.put(_RENAMED, of_model=partner_model, **values)
    link = unit.first(_LINK, of_model=partner_model)
    if link is not None:
        return link.phone_model_id if link.state is LinkState.CONFIRMED else None
    proposed = catalogue(unit).model(name) if name else None
    if proposed is not None:
        unit.put(
            _NEW_LINK,
            partner_model=partner_model,
            phone_model_id=proposed.id,
            state=LinkState.PROPOSED,
            decided_by=None,
            decided_at=None,
        )
    return None


def link_model(unit: UnitOfWork, model_key: str, partner_model: str) -> str:
    """Staff says which model of ours the partner means; returns our id. The same again is no change.

    From now on it resolves orders, so a link that stands is never turned: raises ``LinkTaken``, ``NotFound``.
    """
    model = catalogue(unit).model(model_key)
    if model is None:
        raise NotFound(f"there is no model {model_key[:100]} of ours")
    link = unit.first(_LINK, of_model=partner_model)
    if link is not None and link.state is LinkState.CONFIRMED:
        if link.phone_model_id != model.id:
            raise LinkTaken(f"{partner_model} is {link.phone_model_id}")
        return model.id
    decided = {"phone_model_id": model.id, "decided_at": unit.now}
    if link is not None:
        unit.put(_CONFIRM, of_model=partner_model, actor=unit.actor, **decided)
    else:
        unit.put(
            _NEW_LINK,
            partner_model=partner_model,
            state=LinkState.CONFIRMED,
            decided_by=unit.actor,
            **decided,
        )
    unit.touch(TOPIC)
    return model.id


def unresolved_models(unit: Reading) -> list[Unresolved]:
    """What the partner sells and nobody has linked; it can be neither ordered nor counted."""
    return unit.all(_UNRESOLVED)
