"""Customers who are told "not now" and try again, and what they were told in the meantime."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from tests.faults.customers import Away, Crowd, Line, Unanswered

_PAUSE_SECONDS = 0.1


@dataclass
class PatientCrowd(Crowd):
    """``refusals``: how often somebody heard which code; ``latest_refusal``: when, on the loop's clock."""

    refusals: Counter[str] = field(default_factory=Counter)
    latest_refusal: float = 0.0

    async def _queue(self, line: Line) -> None:
        while (purchase := self.next()) is not None:
            while not purchase.over:
                try:
                    await purchase.go_on(line)
                except Away as away:
                    self.refusals[away.code] += 1
                    self.latest_refusal = asyncio.get_running_loop().time()
                    await asyncio.sleep(_PAUSE_SECONDS)
                except Unanswered:
                    return
