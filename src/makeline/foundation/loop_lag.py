"""How late the event loop is: whoever holds it up makes everybody else wait, and no request can tell."""

import asyncio

from makeline.foundation.metrics import LOOP_LAG_SECONDS

_PAUSE = 0.25


async def measure_loop_lag() -> None:
    """For as long as the process serves; ends by being cancelled."""
    loop = asyncio.get_running_loop()
    while True:
        due = loop.time() + _PAUSE
        await asyncio.sleep(_PAUSE)
        LOOP_LAG_SECONDS.observe(max(0.0, loop.time() - due))
