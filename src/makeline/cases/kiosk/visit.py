"""What the phone needs to know to design a case at its machine, as it is now."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select

from makeline.cases.catalog.models import PhoneModel, Template
from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.compose import shell_of
from makeline.cases.designs.queries import design
from makeline.cases.designs.shell import Shell, canvas_of
from makeline.cases.kiosk.close import holds_session
from makeline.cases.kiosk.models import KioskSession, session_pictures
from makeline.cases.kiosk.queries import access_session
from makeline.cases.kiosk.terms import Consent, consent_of
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.price import kiosk_price
from makeline.cases.stock.queries import shells_in
from makeline.cases.stock.sizes import sized_in
from makeline.commerce.files.models import stored_files
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.money import Money

# What a phone begins with: one photograph, all over the case.
TEMPLATE = "classic"


class Choice(NamedTuple):
    """A model that this machine can make a case for now, the size of its print in pixels, and its very blank."""

    model: PhoneModel
    brand: str
    width_px: int
    height_px: int
    shell: Shell


class Upload(NamedTuple):
    """A picture that is there, with its size in pixels."""

    name: str
    width_px: int
    height_px: int


class Visit(NamedTuple):
    """Everything the page shows; ``proof_name`` once there is a design."""

    session: KioskSession
    machine: Machine
    template: Template
    price: Money
    choices: Sequence[Choice]
    uploads: Sequence[Upload]
    consent: Consent | None
    proof_name: str | None
    # Whether the caller is the phone that is bound to the session: on test machines others may look too.
    is_the_phone: bool


_UPLOADS = Query(
    select(stored_files.c.name, stored_files.c.width_px, stored_files.c.height_px)
    .join(session_pictures, session_pictures.c.file_id == stored_files.c.id)
    .where(session_pictures.c.session_id == bindparam("session_id"))
    .order_by(session_pictures.c.position),
    Upload,
)


def visit_of(unit: Reading, caller: Caller, key: str) -> Visit:
    """For the customer's phone and the machine's operator; others are refused."""
    session, machine = access_session(unit, key)
    is_the_phone = holds_session(caller, session)
    if not caller.operates(machine) and not is_the_phone:
        raise caller.refusal("only the customer's phone or the machine may see this visit")
    template = catalogue(unit).templates[session.template_id or TEMPLATE]
    return Visit(
        session,
        machine,
        template,
        _price(session, template),
        choices_of(unit, session, machine),
        unit.all(_UPLOADS, session_id=session.id),
        consent_of(unit, session.id),
        design(unit, session.design_id).proof_name if session.design_id is not None else None,
        is_the_phone,
    )


def _price(session: KioskSession, template: Template) -> Money:
    """What was submitted has its price; before that, what its template costs."""
    if session.price_minor is None or session.currency is None:
        return kiosk_price(template)
    return Money(session.price_minor, session.currency)


def choices_of(unit: Reading, session: KioskSession, machine: Machine) -> list[Choice]:
    """Models with a blank left, or with the one that is held for this session."""
    shop = catalogue(unit)
    there = shells_in(unit, machine.id) | ({session.shell_id} if session.allocation_id is not None else set())
    choices = []
    for model in shop.models.values():
        brand = shop.brands[model.brand_id]
        row = next((row for row in shop.shells_of.get(model.id, ()) if row.id in there), None)
        sized = sized_in(unit, machine.id, row) if row is not None and brand.available else None
        if sized is not None:
            shell = shell_of(sized)
            canvas = canvas_of(shell)
            choices.append(Choice(model, brand.name, canvas.width_px, canvas.height_px, shell))
    return choices
