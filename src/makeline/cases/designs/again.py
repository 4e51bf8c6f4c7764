"""A design that was drawn, as it was ordered to be drawn: to look at it again."""

from makeline.cases.catalog.queries import catalogue
from makeline.cases.designs.compose import Commission
from makeline.cases.designs.models import Design
from makeline.cases.designs.queries import picture_named
from makeline.cases.designs.renderer import PictureMissing
from makeline.cases.designs.sketch import read_spec
from makeline.foundation.unit_of_work import Reading


def commission_again(unit: Reading, design: Design) -> Commission:
    """On a shell of the size that it was drawn for; raises ``PictureMissing`` when a picture was forgotten."""
    shop, spec = catalogue(unit), read_spec(design.spec)
    names: dict[str, str] = {}
    for picture in spec.pictures:
        name = picture_named(unit, picture.sha256)
        if name is None:
            raise PictureMissing("a picture of this design is not kept any more")
        names[picture.sha256] = name
    shell = shop.shells[design.shell_id]._replace(
        width_um=design.shell_width_um, height_um=design.shell_height_um
    )
    return Commission(
        spec, shop.models[design.phone_model_id], shell, shop.templates[design.template_id], names
    )
