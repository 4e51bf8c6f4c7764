"""Compose a design: draw print file and proof once, store both, record them under the design's hash."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import bindparam, update

from makeline.cases.catalog.models import PhoneModel, ShellRow
from makeline.cases.catalog.models import Template as TemplateRow
from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.layout import Layout, arrange
from makeline.cases.designs.models import design_pictures, designs
from makeline.cases.designs.queries import design_hashed
from makeline.cases.designs.renderer import PictureMissing, PrintRenderer, RenderedDesign
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.sketch import plain_spec
from makeline.cases.designs.spec import DesignSpec, design_hash
from makeline.commerce.files.keep import Bytes, checked, record_file, store_bytes
from makeline.commerce.files.models import FileKind
from makeline.commerce.files.storage import Storage
from makeline.commerce.files.whole import FileDamaged, whole_bytes
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import Begin, UnitOfWork

_PROOF_WIDTH_PX = 600
# Its pictures had been taken away after their time.
_DRAWN_ANEW = Change(
    update(designs)
    .where(designs.c.design_hash == bindparam("design_hash"))
    .values(print_file_id=bindparam("print_file_id"), proof_file_id=bindparam("proof_file_id"))
)


@dataclass(frozen=True)
class Commission:
    """A design to be made for one shell; ``picture_names`` maps each picture's SHA-256 to its stored name."""

    spec: DesignSpec
    model: PhoneModel
    shell: ShellRow
    template: TemplateRow
    picture_names: Mapping[str, str]

    @property
    def design_hash(self) -> str:
        """The hash that proof and print file will carry."""
        return design_hash(self.spec, shell_of(self.shell), island=island_of(self.model))


def shell_of(row: ShellRow) -> Shell:
    """The shell's size in mm."""
    return Shell(Decimal(row.width_um) / 1000, Decimal(row.height_um) / 1000)


def island_of(model: PhoneModel) -> CameraIsland:
    """Where the phone's camera is, in mm."""
    island = model.island
    return CameraIsland(
        phone_width_mm=Decimal(island["phone_width_mm"]),
        phone_height_mm=Decimal(island["phone_height_mm"]),
        x_mm=Decimal(island["x_mm"]),
        y_mm=Decimal(island["y_mm"]),
        width_mm=Decimal(island["width_mm"]),
        height_mm=Decimal(island["height_mm"]),
        corner_radius_mm=Decimal(island["corner_radius_mm"]),
    )


async def compose(begin: Begin, storage: Storage, renderer: PrintRenderer, commission: Commission) -> None:
    """Draw and keep; safe to run twice and at the same time, the first row wins.

    Raises the refusals of ``layout.arrange``, and ``PictureMissing`` when stored bytes are gone.
    """
    layout = layout_of(commission)
    rendered = await renderer.render(layout, await pictures_of(storage, commission))
    size = (rendered.width_px, rendered.height_px)
    proof_size = (_PROOF_WIDTH_PX, round(rendered.height_px * _PROOF_WIDTH_PX / rendered.width_px))
    print_file = checked(FileKind.PRINT_FILE, rendered.print_png, "image/png", size)
    proof_file = checked(FileKind.PROOF, rendered.proof_png, "image/png", proof_size)
    await store_bytes(storage, print_file)
    await store_bytes(storage, proof_file)
    await begin(lambda unit: _record(unit, commission, rendered, print_file, proof_file), actor="renderer")


def layout_of(commission: Commission) -> Layout:
    """The design laid out on its shell; raises the refusals of ``layout.arrange``."""
    template = Template(commission.template.id, commission.template.category, commission.template.image_count)
    return arrange(commission.spec, template, shell_of(commission.shell), island_of(commission.model))


async def pictures_of(storage: Storage, commission: Commission) -> dict[str, bytes]:
    """The bytes of its pictures by their SHA-256; raises ``PictureMissing``."""
    pictures: dict[str, bytes] = {}
    for sha256, name in commission.picture_names.items():
        try:
            pictures[sha256] = await whole_bytes(storage, name, sha256)
        except FileDamaged as damaged:
            raise PictureMissing(damaged.message) from damaged
    return pictures


def _record(
    unit: UnitOfWork, commission: Commission, rendered: RenderedDesign, print_file: Bytes, proof_file: Bytes
) -> None:
    hashed = commission.design_hash
    if design_hashed(unit, hashed) is not None:
        return
    print_id, proof_id = record_file(unit, print_file).id, record_file(unit, proof_file).id
    if unit.change(_DRAWN_ANEW, design_hash=hashed, print_file_id=print_id, proof_file_id=proof_id):
        return
    design_id = unit.new_id(designs)
    unit.add(
        designs,
        id=design_id,
        design_hash=hashed,
        spec=plain_spec(commission.spec),
        phone_model_id=commission.model.id,
        shell_id=commission.shell.id,
        template_id=commission.template.id,
        print_file_id=print_id,
        proof_file_id=proof_id,
        shell_width_um=commission.shell.width_um,
        shell_height_um=commission.shell.height_um,
        width_px=rendered.width_px,
        height_px=rendered.height_px,
        dpi=rendered.dpi,
        created_at=unit.now,
    )
    for sha256 in commission.picture_names:
        unit.add(design_pictures, sha256=sha256, design_id=design_id)
