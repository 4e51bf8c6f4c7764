"""Applications at the portal: codes that administrators are shown, tokens that end, and their renewal."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from makeline.adapters.bitrix24.simulator.refused import Refused

CLIENT_ID = "simulated.app"
CLIENT_SECRET = "simulated-app-secret"  # noqa: S105 - of a portal that holds nothing of anybody
LIFE = 3600.0


@dataclass
class SignIn:
    """``origin`` is the portal's root, once it listens. A renewal ends the token that it was made with."""

    clock: Callable[[], float]
    origin: str = ""
    renewals: int = 0
    _codes: set[str] = field(default_factory=set)
    _access: dict[str, float] = field(default_factory=dict)
    _refresh: set[str] = field(default_factory=set)

    def must_be_granted(self, token: object) -> None:
        """Raises ``Refused`` for a token that was never granted, or has ended."""
        ends_at = self._access.get(str(token))
        if ends_at is None:
            raise Refused("NO_AUTH_FOUND", "Wrong authorization data", status=401)
        if ends_at <= self.clock():
            raise Refused("expired_token", "The access token provided has expired.", status=401)

    def end_all(self) -> None:
        """Every token ends now, before its time."""
        self._access = dict.fromkeys(self._access, 0.0)

    async def authorise(self, request: Request) -> Response:
        """What an administrator sees when he lets an application in."""
        if request.query_params.get("client_id") != CLIENT_ID:
            return PlainTextResponse("there is no such application", 404)
        code = secrets.token_hex(8)
        self._codes.add(code)
        return PlainTextResponse(f"code: {code}\n")

    async def token(self, request: Request) -> Response:
        """A code or an old token for new ones."""
        told = request.query_params
        known = (told.get("client_id"), told.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)
        if not known:
            return JSONResponse({"error": "invalid_client"}, 401)
        if told.get("grant_type") == "authorization_code" and told.get("code") in self._codes:
            self._codes.discard(told["code"])
        elif told.get("grant_type") == "refresh_token" and told.get("refresh_token") in self._refresh:
            self._refresh.discard(told["refresh_token"])
            self.renewals += 1
        else:
            return JSONResponse({"error": "invalid_grant"}, 400)
        access, refresh = secrets.token_hex(16), secrets.token_hex(16)
        self._access[access] = self.clock() + LIFE
        self._refresh.add(refresh)
        granted = {"access_token": access, "refresh_token": refresh, "expires_in": int(LIFE), "scope": "crm"}
        return JSONResponse({**granted, "client_endpoint": f"{self.origin}/rest/"})
