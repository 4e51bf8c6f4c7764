"""Prints as staff lists them, each with what it shows and whether somebody doubts it; and designs, ordered or not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, or_, select

from makeline.admin.questions.listing import LARGEST_ID, Listing
from makeline.admin.questions.order_story import Entry
from makeline.cases.catalog.models import phone_models
from makeline.cases.designs.models import Design, designs
from makeline.cases.designs.queries import design
from makeline.cases.machines.models import machines
from makeline.cases.ordering.models import case_items
from makeline.cases.production.content_check import ContentCheck, content_check_of, content_checks
from makeline.cases.production.models import PrintCommand, PrintJob, print_commands, print_jobs
from makeline.cases.production.print_partner import JobStep
from makeline.cases.production.rearrange import PRIORITY
from makeline.cases.production.states import CONTENT_STATES, JOB_STATES, ContentState, JobState
from makeline.commerce.files.models import StoredFile, stored_files
from makeline.commerce.orders.models import Order, orders
from makeline.foundation.columns import UtcTime, among
from makeline.foundation.moves import moves
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import NotFound


class PrintRow(NamedTuple):
    """One print in a list; ``content`` is the state of the look at its print file, if anybody has looked."""

    id: int
    reference: str
    attempt: int
    order_number: str
    storefront: str
    machine: str
    status: JobState
    step: JobStep | None
    queue_number: str
    priority: int
    trouble: str | None
    offered_at: datetime | None
    created_at: datetime
    printed_at: datetime | None
    model: str
    design_id: int
    picture_gone_at: datetime | None
    content: ContentState | None
    doubt: str | None

    @property
    def is_doubted(self) -> bool:
        """Whether it waits because somebody doubts what it shows; another print of the same file may have been made."""
        waits = self.status in (JobState.QUEUED, JobState.WAITING_FOR_STAFF)
        return waits and self.content is ContentState.HELD

    @property
    def may_be_moved(self) -> bool:
        """Whether the partner certainly does not have it, so that it may go sooner or later than others."""
        waits = self.status in (JobState.QUEUED, JobState.WAITING_FOR_STAFF)
        return waits and self.offered_at is None


class DesignRow(NamedTuple):
    """One composed design."""

    id: int
    design_hash: str
    model: str
    template_id: str
    created_at: datetime
    picture_gone_at: datetime | None


class _Ordered(NamedTuple):
    design_id: int
    number: str


class PrintFile(NamedTuple):
    """Everything about one print."""

    job: PrintJob
    order: Order
    design: Design
    print_file: StoredFile
    proof: StoredFile
    check: ContentCheck | None
    commands: Sequence[PrintCommand]
    story: Sequence[Entry]


_J, _D, _O, _C, _M = print_jobs.c, designs.c, orders.c, content_checks.c, moves.c
_PRINT, _PROOF = stored_files.alias("print_file"), stored_files.alias("proof_file")
_JOINED = (
    print_jobs.join(orders, _O.id == _J.order_id)
    .join(machines, machines.c.id == _J.machine_id)
    .join(case_items, case_items.c.id == _J.case_item_id)
    .join(designs, _D.id == case_items.c.design_id)
    .join(_PRINT, _PRINT.c.id == _D.print_file_id)
    .outerjoin(content_checks, _C.print_sha256 == _PRINT.c.sha256)
)
_PRINTS = Listing(
    select(
        *(_J.id, _J.reference, _J.attempt, _O.number, _O.storefront, machines.c.key, _J.status, _J.step),
        *(_J.queue_number, _J.priority, _J.trouble, _J.offered_at, _J.created_at, _J.printed_at),
        *(phone_models.c.name, _D.id, _PROOF.c.ended_at, _C.state, _C.reason),
    ).select_from(
        _JOINED.join(phone_models, phone_models.c.id == _D.phone_model_id).join(
            _PROOF, _PROOF.c.id == _D.proof_file_id
        )
    ),
    PrintRow,
    key=_J.id,
    counted=_JOINED,
    conditions={
        "status": _J.status == bindparam("status"),
        "machine": machines.c.key == bindparam("machine"),
        "storefront": _O.storefront == bindparam("storefront"),
        # Doubted, and nobody of staff has decided.
        "held": and_(
            _C.state == ContentState.HELD.value, among(_J.status, JobState.QUEUED, JobState.WAITING_FOR_STAFF)
        ),
        # Nothing has taken its place.
        "latest": _J.replaced_at.is_(None),
        "since": _J.created_at >= bindparam("since", type_=UtcTime()),
        "until": _J.created_at < bindparam("until", type_=UtcTime()),
    },
)
_DESIGNS = Listing(
    select(*(_D.id, _D.design_hash, phone_models.c.name, _D.template_id, _D.created_at, _PROOF.c.ended_at))
    .join_from(designs, phone_models, phone_models.c.id == _D.phone_model_id)
    .join(_PROOF, _PROOF.c.id == _D.proof_file_id),
    DesignRow,
    key=_D.id,
    counted=designs,
    conditions={
        "model": _D.phone_model_id == bindparam("model"),
        "template": _D.template_id == bindparam("template"),
        "since": _D.created_at >= bindparam("since", type_=UtcTime()),
        "until": _D.created_at < bindparam("until", type_=UtcTime()),
    },
)
MOST_AT_ONCE = 48
_HOLES = [f"design_{at}" for at in range(MOST_AT_ONCE)]
_LATEST = (
    select(case_items.c.design_id, func.max(case_items.c.order_id).label("order_id"))
    .where(case_items.c.design_id.in_([bindparam(hole) for hole in _HOLES]))
    .group_by(case_items.c.design_id)
    .subquery()
)
_ORDERED = Query(
    select(_LATEST.c.design_id, _O.number).join_from(_LATEST, orders, _O.id == _LATEST.c.order_id), _Ordered
)
_ONE = Query(select(print_jobs).where(_J.reference == bindparam("reference")), PrintJob)
_ORDER = Query(select(orders).where(_O.id == bindparam("order_id")), Order)
_DESIGN_OF: Query[tuple[int]] = Query(
    select(case_items.c.design_id).where(case_items.c.id == bindparam("item_id")), tuple
)
_FILE = Query(select(stored_files).where(stored_files.c.name == bindparam("name")), StoredFile)
_COMMANDS = Query(
    select(print_commands)
    .where(print_commands.c.print_job_id == bindparam("job_id"))
    .order_by(print_commands.c.id),
    PrintCommand,
)
_STORY = Query(
    select(_M.noun, _M.subject_id, _M.from_state, _M.to_state, _M.actor, _M.cause, _M.at)
    .where(
        and_(or_(_M.noun == JOB_STATES.noun, _M.noun == PRIORITY), _M.subject_id == bindparam("job_id"))
        | and_(_M.noun == CONTENT_STATES.noun, _M.subject_id == bindparam("check_id"))
    )
    .order_by(_M.at, _M.id),
    Entry,
)

_PROOF_OF = Query(
    select(stored_files)
    .join(designs, _D.proof_file_id == stored_files.c.id)
    .where(_D.id == bindparam("design_id")),
    StoredFile,
)


def prints_page(
    unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None
) -> list[PrintRow]:
    """The newest below an id; ``wish`` by ``status``, ``machine`` (its key), ``storefront``, ``held`` and ``latest``
    (True), ``since`` and ``until``."""
    return _PRINTS.page(unit, wish, limit=limit, before_id=before_id)


def prints_by_status(unit: Reading, wish: Mapping[str, Any]) -> dict[str, int]:
    """How many stand where, whatever status is wished for."""
    return _PRINTS.tally(unit, _J.status, {**wish, "status": None})


def prints_in_all(unit: Reading, wish: Mapping[str, Any]) -> int:
    """How many there are."""
    return _PRINTS.total(unit, wish)


def designs_page(
    unit: Reading, wish: Mapping[str, Any], *, limit: int, before_id: int | None
) -> list[DesignRow]:
    """The newest below an id; ``wish`` by ``model``, ``template``, ``since`` and ``until``."""
    return _DESIGNS.page(unit, wish, limit=limit, before_id=before_id)


def orders_for(unit: Reading, rows: Sequence[DesignRow]) -> dict[int, str]:
    """The number of the latest order for each of at most ``MOST_AT_ONCE`` designs; one look through all cases, for no
    index leads from designs to them."""
    ids = [row.id for row in rows][:MOST_AT_ONCE]
    wanted = {hole: ids[at] if at < len(ids) else 0 for at, hole in enumerate(_HOLES)}
    return {row.design_id: row.number for row in unit.all(_ORDERED, **wanted)}


def designs_in_all(unit: Reading, wish: Mapping[str, Any]) -> int:
    """How many there are."""
    return _DESIGNS.total(unit, wish)


def print_file(unit: Reading, reference: str) -> PrintFile:
    """One print by our reference of it; raises ``NotFound``."""
    job = unit.first(_ONE, reference=reference)
    if job is None:
        raise NotFound("there is no such print")
    ((design_id,),) = unit.all(_DESIGN_OF, item_id=job.case_item_id)
    drawn = design(unit, design_id)
    check = content_check_of(unit, drawn.print_sha256)
    (order,) = unit.all(_ORDER, order_id=job.order_id)
    return PrintFile(
        job=job,
        order=order,
        design=drawn,
        print_file=unit.all(_FILE, name=drawn.print_name)[0],
        proof=unit.all(_FILE, name=drawn.proof_name)[0],
        check=check,
        commands=unit.all(_COMMANDS, job_id=job.id),
        story=unit.all(_STORY, job_id=job.id, check_id=check.id if check is not None else 0),
    )


def proof_of_design(unit: Reading, design_id: int) -> StoredFile:
    """The picture that its customer approved of; raises ``NotFound``, also once its time is over."""
    found = unit.first(_PROOF_OF, design_id=min(design_id, LARGEST_ID))
    if found is None or found.ended_at is not None:
        raise NotFound("there is no such picture any more")
    return found
