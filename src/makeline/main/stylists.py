"""Who makes styled pictures: the one that the settings name, and who stands in for him."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from makeline.adapters.drawing.styling.local_stylist import LocalStylist
from makeline.cases.designs.renderer import PrintRenderer
from makeline.cases.styles.make import Studio
from makeline.cases.styles.stylist import Darkroom, Stylist
from makeline.commerce.files.storage import Storage
from makeline.foundation.settings_styles import StyleSettings


@dataclass(frozen=True)
class Stylists:
    """The darkroom, the stylist who is asked first, and who works when he cannot; ``closers`` let go of them."""

    darkroom: Darkroom
    first: Stylist
    stand_in: Stylist | None
    closers: Sequence[Callable[[], Awaitable[None]]]

    def studio(self, storage: Storage, renderer: PrintRenderer, *, attempts: int) -> Studio:
        """What making styled pictures needs."""
        return Studio(storage, renderer, self.darkroom, self.first, self.stand_in, attempts)

    async def close(self) -> None:
        """Let running pictures finish."""
        for closer in self.closers:
            await closer()


def stylists_of(settings: StyleSettings) -> Stylists:
    """The local stylist alone: his process starts with his first picture."""
    local = LocalStylist.lazy(processes=settings.style_processes)
    return Stylists(local, local, None, (local.close,))


def no_stylists() -> Stylists:
    """Of a house whose settings nobody has read: local, one process."""
    return stylists_of(StyleSettings())
