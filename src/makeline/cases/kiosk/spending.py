"""Where the nonce of a signed call is spent: at the door, or in the unit that the call itself begins.

A unit of its own for each nonce would be a second transaction for every notice. Endpoints that say so
(``Endpoint.spends_inside``) begin their unit by ``begin`` here, and the nonce is its first write; whatever their call
comes to, ``settle`` spends a nonce that no unit has spent. Either way a call is good once, and its row of the audit
stands beside its nonce.
"""

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from starlette.requests import Request

from makeline.cases.machines.recent_nonces import RecentNonces
from makeline.cases.machines.signatures import accept_signed_call
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.foundation.web.front import SPENDS_INSIDE
from makeline.kernel.errors import Unrecognised
from makeline.kernel.signed_calls import SignatureFault, SignedCall

T = TypeVar("T")

_UNSPENT = "makeline.unspent"
# Who was recognised at the door is not asked for his name again inside.
KNOWN = "makeline.caller"


class Unspent(NamedTuple):
    """A call whose signature is good and whose nonce nobody has asked the database for."""

    key_id: int
    call: SignedCall
    address: str


class Replayed(Unrecognised):
    """This very call was made before."""


class Spending:
    """Spends the nonces of this process's calls."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._recent = RecentNonces()

    async def take(self, request: Request, unspent: Unspent, *, now: float) -> None:
        """The signature is good: spend the nonce, or leave it to the endpoint. Raises ``Replayed``."""
        if not self._recent.take(unspent.key_id, unspent.call.nonce, now=now):
            raise _replayed()
        request.scope[_UNSPENT] = unspent
        if not request.scope.get(SPENDS_INSIDE):
            await self.settle(request)

    async def begin(self, request: Request, work: Callable[[UnitOfWork], T], *, actor: str) -> T:
        """A unit of this call; the first of them spends the nonce of a signed one. Raises ``Replayed``."""
        unspent: Unspent | None = request.scope.get(_UNSPENT)
        if unspent is None:
            return await self._database.begin(work, actor=actor)

        def spent_and_done(unit: UnitOfWork) -> T:
            if not accept_signed_call(unit, unspent.key_id, unspent.call, address=unspent.address):
                raise _replayed()
            return work(unit)

        try:
            answer = await self._database.begin(spent_and_done, actor=actor)
        except Replayed:
            # Whoever sent the copy proves nothing by it.
            request.scope.pop(KNOWN, None)
            del request.scope[_UNSPENT]
            raise
        del request.scope[_UNSPENT]
        return answer

    async def settle(self, request: Request) -> None:
        """Spend what no unit of the call has spent. Raises ``Replayed``."""
        unspent: Unspent | None = request.scope.get(_UNSPENT)
        if unspent is None:
            return
        try:
            await self.begin(request, _nothing_more, actor="door")
        except Replayed:
            raise
        except BaseException:
            # The database took nothing: the same call may come again.
            request.scope.pop(_UNSPENT, None)
            self._recent.give_back(unspent.key_id, unspent.call.nonce)
            raise


def _nothing_more(_: UnitOfWork) -> None:
    return None


def _replayed() -> Replayed:
    return Replayed("this very call has been made before", reason=SignatureFault.REPLAYED.value)
