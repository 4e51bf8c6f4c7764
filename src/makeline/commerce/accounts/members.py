"""Who is signed in: from the token of a request to the person as he is now, without asking the database twice."""

from typing import NamedTuple

from starlette.requests import Request

from makeline.commerce.accounts.queries import SignedIn, signed_in
from makeline.commerce.accounts.sign_in import STAFF_ROLES, sign_in_topic
from makeline.commerce.accounts.states import Role
from makeline.commerce.accounts.tokens import TokenKeys
from makeline.foundation.changes import AnswerCache
from makeline.foundation.database import Database
from makeline.foundation.web.body import header_of
from makeline.kernel.errors import NotAllowed, Unrecognised

_MOST_REMEMBERED = 20_000
_SCHEME = b"bearer "
# Who was found at the door is not looked for again inside.
_FOUND = "makeline.member"


class Member(NamedTuple):
    """Somebody who is signed in."""

    user_id: int
    sign_in_id: int
    username: str
    role: Role

    @property
    def actor(self) -> str:
        """His name in the history."""
        return f"user {self.user_id}"

    @property
    def is_staff(self) -> bool:
        """Whether he may see what belongs to others."""
        return self.role in STAFF_ROLES


class Members:
    """Recognises people by ``Authorization: Bearer``. A sign-in is remembered until it, or its person's role, changes."""

    def __init__(self, database: Database, keys: TokenKeys) -> None:
        self._database = database
        self._keys = keys
        self._known = AnswerCache(database.changes, largest=_MOST_REMEMBERED)

    async def member(self, request: Request) -> Member:
        """Who calls; raises ``Unrecognised``, with the same words whatever is wrong."""
        found = await self.perhaps(request)
        if found is None:
            raise Unrecognised("sign in first: this call needs a token that is good")
        return found

    async def staff(self, request: Request) -> Member:
        """Staff or admin; raises ``NotAllowed`` for others."""
        return _who_is(await self.member(request), STAFF_ROLES)

    async def admin(self, request: Request) -> Member:
        """An admin; raises ``NotAllowed`` for others."""
        return _who_is(await self.member(request), frozenset({Role.ADMIN}))

    async def perhaps(self, request: Request) -> Member | None:
        """Who calls, if he shows a token that is good; None for everybody else."""
        if _FOUND not in request.scope:
            shown = header_of(request, b"authorization")
            request.scope[_FOUND] = None if shown is None else await self._look(shown)
        return request.scope[_FOUND]

    async def guest(self, request: Request) -> Member | None:
        """Who calls, or None for who shows nothing; raises ``Unrecognised`` for a token that is not good."""
        if header_of(request, b"authorization") is None:
            return None
        return await self.member(request)

    async def _look(self, authorization: bytes) -> Member | None:
        if authorization[: len(_SCHEME)].lower() != _SCHEME:
            return None
        now = self._database.clock()
        claims = self._keys.read(authorization[len(_SCHEME) :].decode("latin-1").strip(), now)
        if claims is None:
            return None
        entry = await self._entry(claims.sign_in_id)
        if entry is None or entry.ended_at is not None or entry.expires_at <= now:
            return None
        if entry.user_id != claims.user_id:
            return None
        return Member(entry.user_id, entry.sign_in_id, entry.username, entry.role)

    async def _entry(self, sign_in_id: int) -> SignedIn | None:
        topic = sign_in_topic(sign_in_id)
        found = self._known.get(topic)
        if found is None:
            begun = self._known.begin(topic)
            found = await self._database.read(lambda unit: signed_in(unit, sign_in_id))
            if found is not None:
                self._known.keep(topic, found, begun=begun)
        return found


def _who_is(member: Member, roles: frozenset[Role]) -> Member:
    if member.role not in roles:
        raise NotAllowed("this needs another role than yours")
    return member
