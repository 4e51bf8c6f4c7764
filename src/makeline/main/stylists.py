"""Who makes styled pictures: the one that the settings name, and who stands in for him."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from makeline.adapters.drawing.styling.local_stylist import LocalStylist
from makeline.adapters.gemini.image_model import GeminiStylist
from makeline.cases.designs.renderer import PrintRenderer
from makeline.cases.styles.make import Studio
from makeline.cases.styles.stylist import Darkroom, Stylist
from makeline.commerce.files.storage import Storage
from makeline.foundation.settings_groups import listed
from makeline.foundation.settings_pictures import StyleSettings


@dataclass(frozen=True)
class Stylists:
    """The darkroom, the stylist who is asked first, and who works when he cannot; ``closers`` let go of them.

    ``mode``: ``local``, ``simulated`` or ``live``.
    """

    mode: str
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
    """Gemini where there is a key, with the local stylist behind it if that is wished; else the local one alone."""
    local = LocalStylist.lazy(processes=settings.style_processes)
    key = settings.gemini_key.get_secret_value()
    if not key:
        return Stylists("local", local, local, None, (local.close,))
    gemini = GeminiStylist(
        key,
        models=listed(settings.gemini_models),
        base_url=settings.gemini_base_url,
        size=settings.gemini_size,
        seconds=settings.gemini_seconds,
    )
    stand_in = local if settings.style_stand_in == "on" else None
    mode = "simulated" if settings.gemini_base_url else "live"
    return Stylists(mode, local, gemini, stand_in, (local.close, gemini.close))


def no_stylists() -> Stylists:
    """Of a house whose settings nobody has read: local, one process."""
    return stylists_of(StyleSettings())
