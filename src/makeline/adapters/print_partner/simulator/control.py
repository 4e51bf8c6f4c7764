"""For tests and people on this machine: the ledger, the switches, the card terminal. Never for browsers elsewhere."""

import ipaddress
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from makeline.adapters.print_partner.simulator.customer import Customer
from makeline.adapters.print_partner.simulator.desk import Desk
from makeline.adapters.print_partner.simulator.ledger import TABLES, read_ledger
from makeline.adapters.print_partner.simulator.workshop import Workshop
from makeline.foundation.simulation import UnknownSwitch

_LARGEST_BODY = 64 * 1024
_MOST_ROWS = 100_000
_ACTIONS = ("expire_tokens", "add_devices", "stock")


class Control:
    """Answers loopback callers only, and nobody whom a web page sent."""

    def __init__(self, workshop: Workshop, desk: Desk, customer: Customer) -> None:
        self._workshop = workshop
        self._desk = desk
        self._customer = customer

    def drops_this_answer(self) -> bool:
        """Whether the answer to a change that was just applied is to be cut off."""
        left = self._workshop.switches.drop_answers
        if left:
            self._workshop.switches = self._workshop.switches.changed({"drop_answers": left - 1})
        return left > 0

    async def show_ledger(self, request: Request) -> Response:
        """``?table=``, ``?third_id=``, ``?limit=`` (1,000 newest rows of each table unless told)."""
        if refusal := _not_from_here(request):
            return refusal
        table, limit = request.query_params.get("table"), request.query_params.get("limit", "1000")
        if (table is not None and table not in TABLES) or not limit.isdigit() or int(limit) > _MOST_ROWS:
            return JSONResponse({"error": f"table is one of {', '.join(TABLES)}; limit a number"}, 422)
        third_id = request.query_params.get("third_id")
        return JSONResponse(
            read_ledger(self._workshop.ledger, table=table, third_id=third_id, limit=int(limit))
        )

    async def show_switches(self, request: Request) -> Response:
        """All switches as they stand, and how often listings were asked for."""
        return _not_from_here(request) or JSONResponse(self._shown())

    async def turn_switches(self, request: Request) -> Response:
        """Switches by name; besides ``expire_tokens``: true, ``add_devices``: [ids], ``stock``: a count."""
        if refusal := _not_from_here(request):
            return refusal
        wishes = await _body(request)
        if wishes is None:
            return JSONResponse({"error": "send a JSON object"}, 422)
        try:
            self.turn(wishes)
        except (UnknownSwitch, KeyError, TypeError) as error:
            return JSONResponse({"error": str(error)}, 422)
        return JSONResponse(self._shown())

    def _shown(self) -> dict[str, Any]:
        return self._workshop.switches.as_json() | {"listings": self._workshop.listings.as_json()}

    def turn(self, wishes: dict[str, Any]) -> None:
        """Apply wishes; raises ``UnknownSwitch``, or ``KeyError`` for a stock count without its three fields."""
        switches = {name: value for name, value in wishes.items() if name not in _ACTIONS}
        self._workshop.switches = self._workshop.switches.changed(switches)
        if wishes.get("expire_tokens"):
            self._desk.forget_tokens()
        self._workshop.shelf.devices.update(str(device) for device in wishes.get("add_devices", ()))
        if stock := wishes.get("stock"):
            if type(stock["blanks"]) is not int or stock["blanks"] < 0:
                raise UnknownSwitch("blanks is a number of at least 0")
            self._workshop.ledger.count_blanks(str(stock["device"]), str(stock["shell"]), stock["blanks"])

    async def play_customer(self, request: Request) -> Response:
        """``{"third_id", "action": pays | declines | walks_away | pays_twice}``, at once."""
        if refusal := _not_from_here(request):
            return refusal
        wish = await _body(request) or {}
        done = self._customer.act_now(str(wish.get("third_id")), str(wish.get("action")))
        return JSONResponse({"done": done}, 200 if done else 409)

    async def show_health(self, _: Request) -> Response:
        """Alive, and how much is still to do."""
        waiting = self._workshop.ledger.rows("SELECT count(*) FROM work")[0][0]
        return JSONResponse({"status": "ok", "simulated": True, "waiting": waiting})


def _not_from_here(request: Request) -> Response | None:
    host = request.client.host if request.client else ""
    name = request.url.hostname or ""
    if not _is_loopback(host) or not (name == "localhost" or _is_loopback(name)):
        return JSONResponse({"error": "for this machine only"}, 403)
    if "origin" in request.headers or "sec-fetch-site" in request.headers:
        return JSONResponse({"error": "not for web pages"}, 403)
    return None


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def _body(request: Request) -> dict[str, Any] | None:
    length = request.headers.get("content-length", "")
    if not length.isdigit() or int(length) > _LARGEST_BODY:
        return None
    try:
        parsed = await request.json()
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None
