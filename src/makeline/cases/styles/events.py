"""Facts about styled pictures."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class StyleWished(Event):
    """Somebody waits for a photograph in another style."""

    name: ClassVar[str] = "styles.style_wished"

    job_id: int
