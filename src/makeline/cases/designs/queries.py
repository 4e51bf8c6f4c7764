"""Questions about designs."""

from sqlalchemy import bindparam, select

from makeline.cases.designs.models import Design, designs
from makeline.commerce.files.models import stored_files
from makeline.foundation.statements import Query
from makeline.foundation.unit_of_work import Reading

_PRINT = stored_files.alias("print_file")
_PROOF = stored_files.alias("proof_file")
_COLUMNS = (
    select(
        designs.c.id,
        designs.c.design_hash,
        designs.c.spec,
        designs.c.phone_model_id,
        designs.c.shell_id,
        designs.c.template_id,
        designs.c.width_px,
        designs.c.height_px,
        designs.c.dpi,
        designs.c.created_at,
        _PRINT.c.name,
        _PRINT.c.sha256,
        _PROOF.c.name,
    )
    .join(_PRINT, _PRINT.c.id == designs.c.print_file_id)
    .join(_PROOF, _PROOF.c.id == designs.c.proof_file_id)
)
_BY_HASH = Query(_COLUMNS.where(designs.c.design_hash == bindparam("design_hash")), Design)
_BY_ID = Query(_COLUMNS.where(designs.c.id == bindparam("design_id")), Design)


def design_hashed(unit: Reading, design_hash: str) -> Design | None:
    """The composed design with this hash."""
    return unit.first(_BY_HASH, design_hash=design_hash)


def design(unit: Reading, design_id: int) -> Design:
    """A design by id; it must exist."""
    found = unit.first(_BY_ID, design_id=design_id)
    if found is None:
        raise LookupError(f"design {design_id}")
    return found
