"""Where everything of a design lies on its case, before it is complete: what a page draws while somebody is at work."""

from typing import NamedTuple

from makeline.cases.designs.arrangements import Template
from makeline.cases.designs.camera import CameraIsland
from makeline.cases.designs.layout import Layout, arrange
from makeline.cases.designs.lettering import usual_size
from makeline.cases.designs.shell import Shell
from makeline.cases.designs.spec import DesignPicture, DesignSpec
from makeline.kernel.errors import FieldProblem, Invalid

# Stands in each place that has no picture yet.
_NOBODYS_PICTURE = DesignPicture("0" * 64)


class Outline(NamedTuple):
    """A layout without its pictures. ``usual_size_px`` is the size of text that is neither large nor small; a text that
    cannot be printed is left out, and ``unprintable`` says why."""

    layout: Layout
    usual_size_px: int
    unprintable: Invalid | None


def outline_of(
    spec: DesignSpec, template: Template, shell: Shell, island: CameraIsland | None = None
) -> Outline:
    """Lay out what there is; raises the refusals of ``layout.arrange``, but none about the text."""
    full = spec.with_pictures((_NOBODYS_PICTURE,) * template.image_count)
    try:
        layout, unprintable = arrange(full, template, shell, island), None
    except Invalid as refused:
        if not _about_text(refused.problems):
            raise
        layout, unprintable = arrange(full.without_text(), template, shell, island), refused
    return Outline(layout, usual_size(layout.canvas.width_px), unprintable)


def _about_text(problems: tuple[FieldProblem, ...]) -> bool:
    return all(problem.field == "text" for problem in problems)
