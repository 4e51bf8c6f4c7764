"""Look at a design before it is printed: its verdict, and a picture that shows it."""

from collections import OrderedDict
from dataclasses import dataclass, field

from makeline.cases.designs.compose import Commission, layout_of, pictures_of
from makeline.cases.designs.renderer import PrintRenderer
from makeline.cases.designs.verdict import Verdict, judge
from makeline.commerce.files.storage import Storage
from makeline.kernel.errors import Kind, Refusal

_MOST_REMEMBERED = 500


class NotPrintable(Refusal):
    """The design would come out as nobody wants it; ``findings`` name each reason and its place."""

    code = "DESIGN_NOT_PRINTABLE"
    kind = Kind.CONFLICT


@dataclass
class Inspector:
    """Looks at designs; the verdict about the same design is the same, so it is looked at once."""

    storage: Storage
    renderer: PrintRenderer
    known: OrderedDict[str, Verdict] = field(default_factory=OrderedDict)

    async def verdict(self, commission: Commission) -> Verdict:
        """Raises the refusals of ``layout.arrange`` and ``PictureMissing``."""
        layout = layout_of(commission)
        found = self.known.get(layout.design)
        if found is None:
            pictures = await pictures_of(self.storage, commission)
            found = judge(layout, await self.renderer.look(layout, pictures))
            self.known[layout.design] = found
            if len(self.known) > _MOST_REMEMBERED:
                self.known.popitem(last=False)
        return found

    async def overlay(self, commission: Commission) -> bytes:
        """A PNG of the design with the camera, the safe zone, the cut and every finding."""
        verdict, layout = await self.verdict(commission), layout_of(commission)
        pictures = await pictures_of(self.storage, commission)
        return await self.renderer.draw_overlay(layout, pictures, verdict.findings)
