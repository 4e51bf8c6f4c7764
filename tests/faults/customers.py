"""Customers who buy over real sockets, write down what they were told, and after a crash do again what nobody answered."""

import asyncio
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from bench.client import Connection, request
from tests.faults.floor import WIDE

PRICE = 19.99
ORDER = {"brand": "iphone", "model": "iPhone 15 Pro", "template": "classic"}
# A sale in which nobody but us has a part.
SALE = ("open", "picture", "summary", "confirm")
_LONGEST_ANSWER = 20.0


class Unanswered(Exception):
    """The server went away before it answered: whether it did anything is not known."""


class Broken(AssertionError):
    """The server answered what it never may."""


class Away(Broken):
    """The server says that it cannot now: its database is away, or it is full; ``code`` tells which."""

    def __init__(self, told: str, code: str) -> None:
        super().__init__(told)
        self.code = code


@dataclass
class Line:
    """One kept-alive connection to a web server."""

    port: int
    open: Connection | None = None
    # What each call carries besides: who is calling.
    headers: dict[str, str] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        raw: bytes | None = None,
        kind: str = "image/png",
        key: str | None = None,
        name: str | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the answer, which carries ``name``; ``raw`` bytes are of a ``kind``. Raises ``Unanswered``."""
        content = raw if raw is not None else b"" if body is None else json.dumps(body).encode()
        headers = self.headers | ({"content-type": kind} if raw is not None else {})
        if key is not None:
            headers["idempotency-key"] = key
        if name is not None:
            headers["x-request-id"] = name
        try:
            if self.open is None:
                loop = asyncio.get_running_loop()
                _, self.open = await loop.create_connection(Connection, "127.0.0.1", self.port)
            sent = self.open.send(request(method, path, body=content, headers=headers))
            answer = await asyncio.wait_for(sent, _LONGEST_ANSWER)
        except (OSError, TimeoutError) as error:
            self.hang_up()
            raise Unanswered(f"{method} {path}") from error
        if answer.status >= 500:
            told = f"{method} {path}: {answer.status} {answer.body[:300]!r}"
            raise Away(told, _code(answer.body)) if answer.status == 503 else Broken(told)
        return answer.status, json.loads(answer.body)

    def hang_up(self) -> None:
        """Close the connection."""
        if self.open is not None:
            self.open.close()
            self.open = None


def _code(body: bytes) -> str:
    try:
        return str(json.loads(body)["error_code"])
    except (ValueError, KeyError):
        return body[:60].decode(errors="replace")


@dataclass
class Purchase:
    """One customer's way through a sale, with everything that was acknowledged to him (``told``)."""

    number: int
    picture: bytes
    steps: list[str]
    keyed: bool
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: str | None = None

    @classmethod
    def planned(cls, number: int, picture: bytes, chance: random.Random) -> "Purchase":
        """Begun at the partner's terminal, confirmed by the machine's own, both, with notices, or given up."""
        ways = (
            ["begin"],
            ["confirm"],
            ["begin", "confirm"],
            ["begin", "notice"],
            ["begin", "notice", "confirm"],
            ["close"],
        )
        way = chance.choices(ways, weights=(3, 3, 2, 2, 1, 1))[0]
        return cls(number, picture, ["open", "picture", "summary", *way], keyed=chance.random() < 0.5)

    @property
    def over(self) -> bool:
        """Nothing left to do."""
        return self.refused is not None or all(step in self.told for step in self.steps)

    @property
    def session(self) -> str:
        return self.told["open"]["session_id"]

    @property
    def transaction(self) -> str:
        return f"TXN_{self.number}"

    def named(self, step: str) -> str:
        """What the answer to a step is called on its way."""
        return f"{step}-{self.number}"

    async def go_on(self, line: Line) -> None:
        """Do what is left; raises ``Unanswered`` when the server dies, and may be called again then."""
        for step in self.steps:
            if step not in self.told and self.refused is None:
                await self._do(step, line)

    async def _do(self, step: str, line: Line) -> None:
        method, path, body, raw = self._call(step)
        key = f"{step}-{self.number}" if self.keyed and step != "picture" else None
        status, answer = await line.call(method, path, body, raw=raw, key=key, name=self.named(step))
        if answer.get("error_code") == "REQUEST_STILL_RUNNING":
            # The one who ran it died. Every step is safe to repeat, with the key or without.
            status, answer = await line.call(method, path, body, raw=raw, name=self.named(step))
        if status == 200:
            self.told[step] = answer
        elif step in ("open", "close", "begin") and status in (409, 429):
            # No room, a payment under way, or paid meanwhile; the money of one who pays is never refused.
            self.refused = f"{step}: {status} {answer}"
        else:
            raise Broken(f"{step}: {status} {answer}")

    def _call(self, step: str) -> tuple[str, str, Any, bytes | None]:
        at = f"/api/vending/session/{self.session}" if step != "open" else ""
        match step:
            case "open":
                return "POST", "/api/vending/create-session", {"machine_id": WIDE}, None
            case "picture":
                return "POST", f"{at}/images", None, self.picture
            case "summary":
                return "POST", f"{at}/order-summary", {"order_data": ORDER, "payment_amount": PRICE}, None
            case "begin":
                return "POST", f"{at}/init-payment", {}, None
            case "confirm":
                body = {
                    "payment_method": "card",
                    "payment_amount": PRICE,
                    "transaction_id": self.transaction,
                }
                return "POST", f"{at}/confirm-payment", body, None
            case "notice":
                notice = {"third_id": self.told["begin"]["third_id"], "status": 3}
                return "POST", "/api/chinese/order/payStatus", notice, None
            case _:
                return "DELETE", at, None, None


@dataclass
class Crowd:
    """Everybody who ever came; whoever was interrupted is served before somebody new."""

    picture: bytes
    chance: random.Random
    came: list[Purchase] = field(default_factory=list)
    interrupted: list[Purchase] = field(default_factory=list)
    newcomers: bool = True
    # The way of everybody; drawn for each if not said.
    steps: Sequence[str] = ()

    def next(self) -> Purchase | None:
        """Who is served now; None when nobody is left."""
        if self.interrupted:
            return self.interrupted.pop()
        if not self.newcomers:
            return None
        purchase = Purchase.planned(len(self.came) + 1, self.picture, self.chance)
        if self.steps:
            purchase.steps = list(self.steps)
        self.came.append(purchase)
        return purchase

    def come_back(self) -> None:
        """After a crash: everybody who is not done comes back."""
        self.interrupted = [purchase for purchase in self.came if not purchase.over]

    def so_far(self) -> "Crowd":
        """What was told until now, for whoever asks while they go on: what is there is looked at later than this."""
        came = [replace(purchase, told=dict(purchase.told)) for purchase in self.came if purchase.told]
        return Crowd(self.picture, self.chance, came)

    async def shop(self, port: int, *, tills: int) -> None:
        """One customer after the other on so many connections, until the server dies or nobody is left."""
        lines = [Line(port) for _ in range(tills)]
        try:
            await asyncio.gather(*(self._queue(line) for line in lines))
        finally:
            for line in lines:
                line.hang_up()

    async def _queue(self, line: Line) -> None:
        while (purchase := self.next()) is not None:
            try:
                await purchase.go_on(line)
            except Unanswered:
                return

    @property
    def acknowledged(self) -> int:
        """How many writes were answered with success."""
        return sum(len(purchase.told) for purchase in self.came)
