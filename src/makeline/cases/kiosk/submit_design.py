"""The phone submits its design: priced by us, composed, a blank reserved, and the session waits for payment."""

from dataclasses import dataclass

from sqlalchemy import bindparam, update

from makeline.cases.catalog.models import ShellRow
from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.compose import Commission, compose
from makeline.cases.designs.models import Design
from makeline.cases.designs.queries import design_hashed
from makeline.cases.designs.renderer import PrintRenderer
from makeline.cases.designs.take_picture import picture_bytes
from makeline.cases.kiosk.close import expire_sessions_at, holds_session
from makeline.cases.kiosk.models import KioskSession, kiosk_sessions
from makeline.cases.kiosk.queries import illustrated_for_update, must_be_open, topic_of
from makeline.cases.kiosk.states import OPEN, SESSION_STATES, Progress, SessionStatus
from makeline.cases.kiosk.summary import (
    SummaryRequest,
    Wish,
    as_sent,
    choose_pictures,
    missing_pictures,
    read_wish,
    spec_of,
)
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.models import Machine
from makeline.cases.ordering.change_design import change_design
from makeline.cases.stock.queries import shells_in
from makeline.cases.stock.reserve import OutOfStock, allocation_for_update, release, reserve
from makeline.cases.stock.sizes import sized_in
from makeline.cases.stock.states import AllocationState
from makeline.commerce.files.keep import record_file, store_bytes
from makeline.commerce.files.storage import Storage
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.errors import Invalid
from makeline.kernel.states import IllegalMove

_ROUNDS = 4
_NONE_LEFT = "no blank of this model is left in the machine"
_SUMMARY_COLUMNS = (
    "status",
    "progress",
    "order_data",
    "phone_model_id",
    "template_id",
    "shell_id",
    "price_minor",
    "currency",
    "design_id",
    "allocation_id",
)
_SUMMARY = Change(
    update(kiosk_sessions)
    .where(kiosk_sessions.c.id == bindparam("session_id"))
    .values({name: bindparam(name) for name in _SUMMARY_COLUMNS} | {"last_activity": bindparam("now")})
)


@dataclass(frozen=True, slots=True)
class Submitted:
    """The session as it now stands, with what was noticed on the way (``warnings``)."""

    session: KioskSession
    warnings: tuple[str, ...]


async def submit_design(
    begin: Begin,
    storage: Storage,
    renderer: PrintRenderer,
    caller: Caller,
    key: str,
    request: SummaryRequest,
) -> Submitted:
    """Submit, composing first what has not been composed; answers only when proof and print file exist.

    On a test machine a labelled test card stands in for each picture that nobody has uploaded.
    """
    cards: dict[str, tuple[str, str]] = {}
    try:
        for _ in range(_ROUNDS):
            outcome = await begin(
                lambda unit: submit_composed(unit, caller, key, request, cards), actor=caller.name
            )
            if isinstance(outcome, Submitted):
                return outcome
            if isinstance(outcome, Commission):
                await compose(begin, storage, renderer, outcome)
            else:
                for name in outcome:
                    cards[name] = await _test_card(begin, storage, renderer, name)
    except Invalid as refused:
        raise as_sent(refused) from None
    raise OutOfStock(_NONE_LEFT)


def submit_composed(
    unit: UnitOfWork,
    caller: Caller,
    key: str,
    request: SummaryRequest,
    cards: dict[str, tuple[str, str]],
) -> Submitted | Commission | tuple[str, ...]:
    """The whole submission when its design exists already; else what has to be drawn first, and no change.

    ``cards`` maps missing pictures to test cards (SHA-256, stored name). A tuple names pictures that want one.
    """
    session, machine, pictures = illustrated_for_update(unit, key)
    _may_submit(unit, caller, session, machine)
    wish = read_wish(unit, request)
    if session.order_id is not None:
        _only_the_design_changes(session, wish)
    slots = choose_pictures(pictures, request, wish.template)
    missing = tuple(slot.wanted for slot in slots if slot.picture is None)
    if missing and not machine.is_test:
        raise missing_pictures(missing)
    uncovered = tuple(name for name in missing if name not in cards)
    if uncovered:
        return uncovered
    used = [
        (slot.picture.sha256, slot.picture.name) if slot.picture else cards[slot.wanted] for slot in slots
    ]
    spec = spec_of(request, wish.template, tuple(sha256 for sha256, _ in used))
    warnings = tuple(f"{name}: not uploaded, a test card is printed instead" for name in missing)

    def on(shell: ShellRow) -> Submitted | Commission:
        sized = sized_in(unit, machine.id, shell)
        if sized is None:
            raise OutOfStock(_NONE_LEFT)
        commission = Commission(spec, wish.model, sized, wish.template, dict(used))
        design = design_hashed(unit, commission.design_hash)
        if design is None:
            _must_have_a_blank(unit, session, machine, shell)
            return commission
        return Submitted(_write_down(unit, session, machine, wish, shell, design, request), warnings)

    # Nearly always the first choice is there, and reserving it is the question whether it is.
    try:
        return on(_first_choice(unit, session, wish))
    except OutOfStock:
        return on(_next_choice(unit, machine, wish))


def _may_submit(unit: UnitOfWork, caller: Caller, session: KioskSession, machine: Machine) -> None:
    if not caller.operates(machine) and not holds_session(caller, session):
        raise caller.refusal("only the customer's phone or the machine may submit a design")
    must_be_open(session, unit.now)
    if session.status not in OPEN:
        raise IllegalMove(
            "this session takes no more designs", current_status=session.status.value, allowed=[]
        )


def _only_the_design_changes(session: KioskSession, wish: Wish) -> None:
    same = (
        session.phone_model_id == wish.model.id
        and session.price_minor == wish.price.minor
        and session.currency == wish.price.currency
    )
    if not same:
        raise IllegalMove(
            "payment has begun: model and price are fixed, only the design may change",
            current_status=session.status.value,
            allowed=["design"],
        )


def _first_choice(unit: UnitOfWork, session: KioskSession, wish: Wish) -> ShellRow:
    """The shell already reserved for this model, else the preferred one."""
    shop = catalogue(unit)
    if session.allocation_id is not None and session.phone_model_id == wish.model.id and session.shell_id:
        return shop.shells[session.shell_id]
    candidates = shop.shells_of.get(wish.model.id, ())
    if not candidates:
        raise OutOfStock(_NONE_LEFT)
    return candidates[0]


def _next_choice(unit: UnitOfWork, machine: Machine, wish: Wish) -> ShellRow:
    """The first shell that has a blank left. Blanks may be held by sessions whose time is over and that nobody has
    written off yet."""
    candidates = catalogue(unit).shells_of.get(wish.model.id, ())
    free = shells_in(unit, machine.id)
    if not any(shell.id in free for shell in candidates) and expire_sessions_at(unit, machine.id):
        free = shells_in(unit, machine.id)
    for shell in candidates:
        if shell.id in free:
            return shell
    raise OutOfStock(_NONE_LEFT)


def _must_have_a_blank(unit: UnitOfWork, session: KioskSession, machine: Machine, shell: ShellRow) -> None:
    # Drawing takes a second or more: only for a blank that is there.
    held = session.allocation_id is not None and session.shell_id == shell.id
    if not held and shell.id not in shells_in(unit, machine.id):
        raise OutOfStock(_NONE_LEFT)


def _write_down(
    unit: UnitOfWork,
    session: KioskSession,
    machine: Machine,
    wish: Wish,
    shell: ShellRow,
    design: Design,
    request: SummaryRequest,
) -> KioskSession:
    allocation_id = _promise_blank(unit, session, machine, shell)
    if session.status is not SessionStatus.PAYMENT_PENDING:
        unit.move(
            SESSION_STATES,
            session.id,
            session.status,
            SessionStatus.PAYMENT_PENDING,
            cause="design submitted",
        )
    if session.order_id is not None and session.design_id != design.id:
        change_design(unit, session.order_id, design.id)
    changed = session._replace(
        status=SessionStatus.PAYMENT_PENDING,
        progress=Progress.PAYMENT_REACHED,
        order_data=request.order_data,
        phone_model_id=wish.model.id,
        template_id=wish.template.id,
        shell_id=shell.id,
        price_minor=wish.price.minor,
        currency=wish.price.currency,
        design_id=design.id,
        allocation_id=allocation_id,
        last_activity=unit.now,
    )
    columns = {name: getattr(changed, name) for name in _SUMMARY_COLUMNS}
    unit.put(_SUMMARY, session_id=session.id, now=unit.now, **columns)
    unit.touch(topic_of(session.key))
    return changed


def _promise_blank(unit: UnitOfWork, session: KioskSession, machine: Machine, shell: ShellRow) -> int:
    if session.allocation_id is not None and session.shell_id == shell.id:
        return session.allocation_id
    if session.allocation_id is not None:
        old = allocation_for_update(unit, session.allocation_id)
        if old.state is AllocationState.RESERVED:
            release(unit, old, cause="another model was chosen")
    return reserve(unit, machine, shell.id, cause=f"session {session.key}")


async def _test_card(begin: Begin, storage: Storage, renderer: PrintRenderer, label: str) -> tuple[str, str]:
    content = picture_bytes(await renderer.draw_test_card(label[:40]))
    await store_bytes(storage, content)
    file = await begin(lambda unit: record_file(unit, content), actor="renderer")
    return file.sha256, file.name
