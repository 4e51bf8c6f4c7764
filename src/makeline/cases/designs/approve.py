"""The customer approves what he made: proof and print file are drawn, and this revision stays as it is."""

from sqlalchemy import bindparam, update

from makeline.cases.catalog.models import PhoneModel, ShellRow
from makeline.cases.catalog.models import Template as TemplateRow
from makeline.cases.catalog.queries import Catalogue, ModelNotAvailable, catalogue
from makeline.cases.designs.compose import Commission, compose, layout_of
from makeline.cases.designs.inspect import Inspector, NotPrintable
from makeline.cases.designs.models import Approval, Design, Draft, approvals, drafts
from makeline.cases.designs.queries import access_draft_for_update, approval_of, design_hashed
from makeline.cases.designs.renderer import RendererBusy
from makeline.cases.designs.save_draft import must_be_current
from makeline.cases.designs.sketch import Sketch, read_sketch
from makeline.cases.designs.states import DRAFT_STATES, DraftState
from makeline.cases.designs.verdict import Grade
from makeline.cases.designs.verdict_wire import findings_told
from makeline.cases.designs.visitors import Visitor
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, Reading, UnitOfWork
from makeline.kernel.errors import FieldProblem, Invalid

_APPROVED = Change(
    update(drafts)
    .where(drafts.c.id == bindparam("draft_id"))
    .values(state=bindparam("state"), version=bindparam("version"))
)
_ROUNDS = 3


async def approve(
    begin: Begin,
    inspector: Inspector,
    visitor: Visitor,
    key: str,
    *,
    version: int,
    shell_id: str | None = None,
) -> Approval:
    """Approve this version; answers when proof and print file exist, and again with the same.

    ``shell_id`` is the blank it will be printed on; the one that the catalogue prefers where nothing is said. Raises
    ``DraftChanged``, ``ModelNotAvailable``, ``Invalid`` for what is not complete, ``NotPrintable`` where the verdict is
    fail, and what ``compose`` raises.
    """
    for _ in range(_ROUNDS):
        outcome = await begin(
            lambda unit: approve_composed(unit, visitor, key, version=version, shell_id=shell_id),
            actor=visitor.name,
        )
        if isinstance(outcome, Approval):
            return outcome
        await _must_be_printable(inspector, outcome)
        await compose(begin, inspector.storage, inspector.renderer, outcome)
    raise RendererBusy("the design could not be drawn just now", retry_after=3)


async def _must_be_printable(inspector: Inspector, commission: Commission) -> None:
    verdict = await inspector.verdict(commission)
    if verdict.grade is Grade.FAIL:
        told = findings_told(layout_of(commission), verdict.findings)
        raise NotPrintable("this design would not come out well; see findings", findings=told)


def approve_composed(
    unit: UnitOfWork, visitor: Visitor, key: str, *, version: int, shell_id: str | None
) -> Approval | Commission:
    """The whole approval when its design is drawn already; else what has to be drawn first, and no change."""
    draft = access_draft_for_update(unit, visitor, key)
    if draft.state is DraftState.APPROVED:
        found = approval_of(unit, draft.id, draft.revision)
        if found is not None and version in (draft.version, draft.version - 1):
            return found
    must_be_current(draft, version)
    commission = commission_of(unit, read_sketch(draft.sketch), shell_id=shell_id)
    design = design_hashed(unit, commission.design_hash)
    return commission if design is None else _record(unit, draft, design)


def commission_of(unit: Reading, sketch: Sketch, *, shell_id: str | None = None) -> Commission:
    """What is to be drawn for a sketch; raises ``Invalid`` naming what is missing, ``ModelNotAvailable``."""
    shop = catalogue(unit)
    model, template = shop.models.get(sketch.model_id), shop.templates.get(sketch.spec.template_id)
    problems = []
    if model is None:
        problems.append(FieldProblem("model", "choose a phone model first", sketch.model_id))
    if template is None:
        problems.append(FieldProblem("template", "is not a template of ours", sketch.spec.template_id))
    if problems or model is None or template is None:
        raise Invalid(*problems)
    return _for(shop, sketch, model, template, shell_id)


def _for(
    shop: Catalogue, sketch: Sketch, model: PhoneModel, template: TemplateRow, shell_id: str | None
) -> Commission:
    if not shop.brands[model.brand_id].available:
        raise ModelNotAvailable(f"cases for {model.name} are not on sale yet")
    return Commission(sketch.complete(), model, _shell(shop, model, shell_id), template, sketch.picture_names)


def _shell(shop: Catalogue, model: PhoneModel, shell_id: str | None) -> ShellRow:
    fitting = shop.shells_of.get(model.id, ())
    if not fitting:
        raise ModelNotAvailable(f"there is no blank for {model.name}")
    if shell_id is None:
        return fitting[0]
    for shell in fitting:
        if shell.id == shell_id:
            return shell
    raise Invalid(FieldProblem("shell_id", "does not fit this phone model", shell_id[:100]))


def _record(unit: UnitOfWork, draft: Draft, design: Design) -> Approval:
    unit.move(DRAFT_STATES, draft.id, draft.state, DraftState.APPROVED, cause="approved by the customer")
    approval = Approval(
        id=unit.new_id(approvals),
        draft_id=draft.id,
        revision=draft.revision,
        design_id=design.id,
        sketch=draft.sketch,
        approved_at=unit.now,
        design_hash=design.design_hash,
        phone_model_id=design.phone_model_id,
        shell_id=design.shell_id,
        template_id=design.template_id,
        proof_name=design.proof_name,
    )
    unit.add(approvals, **{column.name: getattr(approval, column.name) for column in approvals.columns})
    unit.put(_APPROVED, draft_id=draft.id, state=DraftState.APPROVED, version=draft.version + 1)
    return approval
