"""The card terminal of the simulated partner, played over its own socket. Implements ``Terminal``."""

import httpx2

from makeline.cases.kiosk.terminal import Touch
from makeline.kernel.errors import Unavailable

_PATIENCE = 5.0


class SimulatedTerminal:
    """``url``: where the simulator listens, on this very machine."""

    def __init__(self, url: str) -> None:
        self._url = url

    async def touch(self, reference: str, what: Touch) -> bool:
        """A card for the payment of that reference; False when no such payment waits. Raises ``Unavailable``."""
        try:
            async with httpx2.AsyncClient(base_url=self._url, timeout=_PATIENCE, trust_env=False) as client:
                answer = await client.post("/terminal", json={"third_id": reference, "action": what.value})
        except httpx2.TransportError as error:
            raise Unavailable("the simulated terminal does not answer") from error
        return answer.status_code == 200
