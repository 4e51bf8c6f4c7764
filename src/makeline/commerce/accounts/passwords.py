"""Passwords: hashed with argon2id in threads of their own, a few at a time, so that no crowd of sign-ins slows the rest."""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from secrets import token_bytes
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from makeline.foundation.polite_threads import polite_threads
from makeline.kernel.errors import Kind, Refusal

T = TypeVar("T")

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 200
# 19 MiB and two rounds: about 20 ms of one core.
COST = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_AT_ONCE = 2


class SignInsBusy(Refusal):
    """More passwords are waiting to be checked than can be in a short while."""

    code = "SIGN_INS_BUSY"
    kind = Kind.UNAVAILABLE


class PasswordPool:
    """Hashes and checks off the event loop; more than ``waiting`` at once are refused, with when to come again."""

    def __init__(self, *, waiting: int, cost: PasswordHasher = COST) -> None:
        self._cost = cost
        self._room = waiting + _AT_ONCE
        self._taken = 0
        self._threads = polite_threads(_AT_ONCE, "passwords")
        self._nobody = hash_of_nobody(cost)

    async def hash(self, password: str) -> str:
        """What is stored instead of the password."""
        return await self._run(lambda: self._cost.hash(_encoded(password)))

    async def matches(self, password_hash: str | None, password: str) -> bool:
        """Whether it is the password; None stands for somebody unknown, takes as long and is never true."""
        against = self._nobody if password_hash is None else password_hash
        same = await self._run(lambda: self._verify(against, password))
        return same and password_hash is not None

    async def close(self) -> None:
        """Let what is under way end."""
        await asyncio.to_thread(self._threads.shutdown)

    def _verify(self, password_hash: str, password: str) -> bool:
        try:
            return self._cost.verify(password_hash, _encoded(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._taken >= self._room:
            raise SignInsBusy("too many people sign in at this moment; try again in a second", retry_after=1)
        self._taken += 1
        future = self._threads.submit(work)
        # A caller who goes away gives his place back only when his thread is done.
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda _: _tell(loop, self._let_go))
        return await asyncio.wrap_future(future)

    def _let_go(self) -> None:
        self._taken -= 1


def _tell(loop: asyncio.AbstractEventLoop, let_go: Callable[[], None]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(let_go)


def hash_of_nobody(cost: PasswordHasher) -> str:
    """What an unknown name is checked against: it takes as long as a known one, and no password has it.

    Drawn, not computed: a server that begins would spend 20 ms and 19 MiB on it.
    """
    salt, digest = (
        b64encode(token_bytes(length)).rstrip(b"=").decode() for length in (cost.salt_len, cost.hash_len)
    )
    version, costs = ARGON2_VERSION, f"m={cost.memory_cost},t={cost.time_cost},p={cost.parallelism}"
    return f"$argon2{cost.type.name.lower()}$v={version}${costs}${salt}${digest}"


def _encoded(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")
