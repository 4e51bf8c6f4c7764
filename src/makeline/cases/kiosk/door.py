"""The door of the house: who calls, how often, and whether his key is good for this."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import structlog
from pydantic_core import from_json
from starlette.requests import Request

from makeline.cases.kiosk.recognise import Recogniser
from makeline.cases.kiosk.refusals import MACHINE_NAMED, refused_call
from makeline.cases.machines.addresses import neighbourhood
from makeline.cases.machines.callers import Caller
from makeline.cases.machines.refusal_book import RefusalBook
from makeline.commerce.accounts.members import Members
from makeline.foundation.metrics import REFUSALS_NOT_KEPT, REFUSED_FOR_HASTE
from makeline.foundation.rate_limits import Limiter, RateLimited, Verdict
from makeline.foundation.web.body import read_ahead
from makeline.foundation.web.endpoint import Endpoint
from makeline.foundation.web.front import VERDICT
from makeline.kernel.errors import Refusal, Unrecognised

_log = structlog.get_logger()

CREATE_SESSION = "/api/vending/create-session"


class Budget(StrEnum):
    """Out of which count a call is paid."""

    FREE = "free"
    PARTNER = "partner"
    SESSION = "session"
    GUEST = "guest"
    ENROLMENT = "enrolment"
    # Pictures of anybody: each takes room and a second of work.
    PICTURES = "pictures"
    # Only when it is refused: whoever shows a good link or token may come as often as he likes.
    REFUSED = "refused"


# The first that fits decides.
_BUDGETS: Sequence[tuple[str, Budget]] = (
    ("/api/vending/session/", Budget.SESSION),
    ("/v1/sessions/", Budget.SESSION),
    ("/v1/machines/enrol", Budget.ENROLMENT),
    ("/designs/images", Budget.PICTURES),
    ("/v1/machines", Budget.PARTNER),
    ("/v1/partner/", Budget.PARTNER),
    ("/api/", Budget.PARTNER),
    ("/image/", Budget.REFUSED),
    ("/o/", Budget.REFUSED),
    ("/kiosk/", Budget.REFUSED),
    ("/q/", Budget.REFUSED),
    ("/w/", Budget.REFUSED),
    ("/v1/quotes/shared/{token}/pictures/", Budget.REFUSED),
    ("/staff", Budget.REFUSED),
    ("/assets/", Budget.FREE),
    ("/docs", Budget.FREE),
)
# Whose refusals a partner can look up: on other paths he is a customer like any other.
_OF_PARTNERS = (Budget.PARTNER, Budget.SESSION)
# Companies tell us of events; a thousand at once come as that many calls, of which some are never repeated.
_OF_COMPANIES = "/webhook"
_FREE = frozenset({"/health", "/live", "/ready", "/metrics"})


@dataclass(frozen=True)
class Rates:
    """Calls a minute."""

    partner: int
    address: int
    session: int
    session_address: int
    guest: int
    enrolment: int
    pictures: int
    account: int


@dataclass(frozen=True)
class Allowance:
    """What a caller has: so many calls in so many seconds, counted for whom."""

    limit: int
    seconds: int
    counted_for: str


class KioskDoor:
    """Implements ``foundation.web.front.Door``."""

    def __init__(
        self,
        recogniser: Recogniser,
        limiter: Limiter,
        rates: Rates,
        book: RefusalBook,
        members: Members,
    ) -> None:
        self._recogniser = recogniser
        self._members = members
        self._limiter = limiter
        self._rates = rates
        self._book = book

    async def admit(self, request: Request, endpoint: Endpoint) -> None:
        """Let the call in, or raise: 401 for a key that opens nothing, 429 for haste, 403 for a key made for else."""
        budget = budget_of(endpoint)
        if budget in (Budget.FREE, Budget.REFUSED) and not endpoint.scope:
            return
        try:
            caller = await self._recogniser.caller(request)
        except Unrecognised:
            await self._must_have_time(request, "address", self.place_of(request), self._rates.address)
            raise
        match budget:
            case Budget.PARTNER:
                await self._count_partner(request, endpoint, caller)
            case Budget.SESSION:
                await self._count_session(request, caller)
            case Budget.GUEST:
                await self._count_guest(request)
            case Budget.ENROLMENT:
                place = neighbourhood(caller.address)
                await self._must_have_time(request, "enrolment", place, self._rates.enrolment)
            case Budget.PICTURES:
                await self._must_have_time(request, "pictures", self.place_of(request), self._rates.pictures)
        if endpoint.scope:
            caller.must_hold(endpoint.scope)

    async def refused(self, request: Request, endpoint: Endpoint, refusal: Refusal) -> Refusal:
        """Somebody who tries one bad link after the other is told to slow down; a partner can look it up later.

        A signed call that was refused before its endpoint heard of it is spent all the same.
        """
        try:
            await self._recogniser.spending.settle(request)
        except Refusal as told:
            refusal = told
        if budget_of(endpoint) is Budget.REFUSED:
            try:
                await self._must_have_time(
                    request, "refused", self.place_of(request), self._rates.session_address
                )
            except RateLimited as limited:
                return limited
        if budget_of(endpoint) in _OF_PARTNERS:
            self._note(request, endpoint, refusal)
        return refusal

    def _note(self, request: Request, endpoint: Endpoint, refusal: Refusal) -> None:
        try:
            caller = self._recogniser.known_caller(request)
            call = refused_call(request, endpoint, refusal, caller, now=self._recogniser.now())
            if call is not None:
                self._book.note(call)
        except Exception as error:
            # The caller's answer is worth more than the entry in his list.
            REFUSALS_NOT_KEPT.labels("not noted").inc()
            _log.warning("refusal_not_noted", path=endpoint.path, error=type(error).__name__, exc_info=error)

    def allowance(self, caller: Caller) -> Allowance:
        """What the connection test tells a caller about himself."""
        if not caller.recognised:
            return Allowance(self._rates.address, 60, "address")
        calls = caller.calls_a_minute or self._rates.partner
        return Allowance(calls, 60, "machine" if caller.machine_id is not None else "partner")

    async def _count_partner(self, request: Request, endpoint: Endpoint, caller: Caller) -> None:
        if not caller.recognised:
            await self._must_have_time(request, "address", neighbourhood(caller.address), self._rates.address)
            return
        machine_id = caller.machine_id or await self._machine_named(request, endpoint, caller)
        who = f"machine {machine_id}" if machine_id else f"partner {caller.partner_id}"
        await self._must_have_time(request, "partner", who, caller.calls_a_minute or self._rates.partner)

    async def _count_guest(self, request: Request) -> None:
        member = await self._members.perhaps(request)
        if member is None:
            await self._must_have_time(request, "guest", self.place_of(request), self._rates.guest)
        else:
            await self._must_have_time(request, "account", str(member.user_id), self._rates.account)

    async def _count_session(self, request: Request, caller: Caller) -> None:
        # Machine and customer poll the same session: neither can use up the other's calls.
        side = "machine" if caller.recognised else "customer"
        if not caller.recognised:
            place = neighbourhood(caller.address)
            await self._must_have_time(request, "session address", place, self._rates.session_address)
        key = request.path_params.get("session_id", "")[:120]
        await self._must_have_time(request, f"session {side}", key, self._rates.session)

    async def _machine_named(self, request: Request, endpoint: Endpoint, caller: Caller) -> int | None:
        """The caller's own machine that the call is about; other names are none, so that nobody counts anew by them."""
        named = request.path_params.get("equipment_id") or request.path_params.get("machine_id")
        if named is None and endpoint.path == CREATE_SESSION:
            named = _machine_in(await read_ahead(request, largest=endpoint.largest))
        if not isinstance(named, str):
            return None
        request.scope[MACHINE_NAMED] = named
        machine = (await self._recogniser.access()).fleet.by_key.get(named)
        return machine.id if machine is not None and machine.partner_id == caller.partner_id else None

    async def _must_have_time(self, request: Request, kind: str, who: str, limit: int) -> None:
        verdict = await self._limiter.hit(kind, who, limit)
        known: Verdict | None = request.scope.get(VERDICT)
        if known is None or verdict.remaining < known.remaining or not verdict.admitted:
            request.scope[VERDICT] = verdict
        if not verdict.admitted:
            REFUSED_FOR_HASTE.labels(kind).inc()
            raise RateLimited(
                f"at most {limit} calls a minute; try again in {verdict.retry_after} seconds",
                retry_after=verdict.retry_after,
            )

    def place_of(self, request: Request) -> str:
        """Whom a call is counted with when nobody knows its sender."""
        return neighbourhood(self._recogniser.address_of(request))


def budget_of(endpoint: Endpoint) -> Budget:
    """Out of which count the calls of an endpoint are paid."""
    if endpoint.path in _FREE or endpoint.answer_type == "text/event-stream":
        return Budget.FREE
    found = _by_path.get(endpoint.path)
    if found is None:
        fitting = (budget for start, budget in _BUDGETS if endpoint.path.startswith(start))
        usual = Budget.REFUSED if endpoint.path.endswith(_OF_COMPANIES) else Budget.GUEST
        found = _by_path[endpoint.path] = next(fitting, usual)
    return found


# The documented paths are few; each is looked at once.
_by_path: dict[str, Budget] = {}


def _machine_in(raw: bytes) -> object:
    try:
        body = from_json(raw)
    except ValueError:
        return None
    return body.get("machine_id") if isinstance(body, dict) else None
