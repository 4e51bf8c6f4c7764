"""Facts about quotes."""

from dataclasses import dataclass
from typing import ClassVar

from makeline.kernel.events import Event


@dataclass(frozen=True, slots=True)
class QuoteAnswered(Event):
    """Staff has answered the last line that waited for it."""

    name: ClassVar[str] = "quotes.answered"

    quote_id: int
