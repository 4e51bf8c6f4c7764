"""The door of the house: who calls, and whether his key is good for this."""

from starlette.requests import Request

from makeline.cases.kiosk.recognise import Recogniser
from makeline.foundation.web.endpoint import Endpoint


class KioskDoor:
    """Implements ``foundation.web.front.Door``."""

    def __init__(self, recogniser: Recogniser) -> None:
        self._recogniser = recogniser

    async def admit(self, request: Request, endpoint: Endpoint) -> None:
        """Let the call in, or raise: 401 for a key that opens nothing, 403 for one made for other calls."""
        if not endpoint.scope:
            return
        caller = await self._recogniser.caller(request)
        caller.must_hold(endpoint.scope)
