"""The simulated machine: fetches the picture, takes a blank, prints, hands out, and reports each step."""

import ipaddress
import random
import socket
from sqlite3 import Row
from urllib.parse import urlsplit

import httpx2

from makeline.adapters.print_partner.simulator.messenger import Messenger
from makeline.adapters.print_partner.simulator.pictures import Look, look_at
from makeline.adapters.print_partner.simulator.workshop import Workshop

_ELSEWHERE = "127.0.0.2"
_LARGEST_PICTURE = 40 * 1024 * 1024
_MOST_FETCHES_FOR_ONE_PRINT = 5
_FAILED = 13
_OFFLINE_PAUSE = 0.5
# stage: (status reported when it ends, next stage)
_STAGES: dict[str, tuple[int, str | None]] = {
    "pick": (9, "picked"),
    "picked": (10, "print"),
    "print": (11, "printed"),
    "printed": (12, "ship"),
    "ship": (15, "shipped"),
    "shipped": (16, None),
}


class Machine:
    """Works every order through its stages; each stage is one transaction."""

    def __init__(
        self,
        workshop: Workshop,
        messenger: Messenger,
        *,
        chance: random.Random,
    ) -> None:
        self._workshop = workshop
        self._messenger = messenger
        self._chance = chance
        self._clients: dict[bool, httpx2.AsyncClient] = {}

    async def close(self) -> None:
        """Close connections."""
        for client in self._clients.values():
            await client.aclose()

    async def work(self, row: Row) -> None:
        """One stage of one order."""
        ledger = self._workshop.ledger
        order = ledger.one("SELECT * FROM orders WHERE third_id = ?", row["about"])
        if order is None or order["status"] == _FAILED:
            ledger.done(row["seq"])
        elif self._workshop.condition(order["device"]) == "offline":
            ledger.run(
                "UPDATE work SET due = ? WHERE seq = ?", (self._workshop.clock() + _OFFLINE_PAUSE, row["seq"])
            )
        elif row["stage"] == "fetch":
            await self._fetch_first(row, order)
        else:
            self._advance(row, order)

    async def fetch_again(self, row: Row) -> None:
        """Printers fetch the same picture more often than they need to."""
        order = self._workshop.ledger.one("SELECT * FROM orders WHERE third_id = ?", row["about"])
        if order is not None:
            http_status, body = await self._get(order["pic"])
            with self._workshop.ledger.change():
                self._note_fetch(order, http_status, body)
                self._workshop.ledger.done(row["seq"])

    async def _fetch_first(self, row: Row, order: Row) -> None:
        http_status, body = await self._get(order["pic"])
        ledger, now = self._workshop.ledger, self._workshop.clock()
        with ledger.change():
            look = self._note_fetch(order, http_status, body)
            strict = self._workshop.switches.pictures == "strict"
            if http_status == 200 and (look.problem is None or not strict):
                for number in range(1, self._chance.randint(*self._workshop.switches.fetches)):
                    ledger.plan("fetch_again", order["third_id"], str(number), now + self._pause(number))
                self._next(row, "pick", now)
            elif http_status != 200 and row["attempts"] + 1 < _MOST_FETCHES_FOR_ONE_PRINT:
                pause = self._chance.uniform(*self._workshop.switches.delays.notice_gap)
                ledger.run(
                    "UPDATE work SET due = ?, attempts = attempts + 1 WHERE seq = ?",
                    (now + pause, row["seq"]),
                )
            else:
                self._report(order, _FAILED, now)
                ledger.done(row["seq"])

    def _advance(self, row: Row, order: Row) -> None:
        status, following = _STAGES[row["stage"]]
        ledger, now = self._workshop.ledger, self._workshop.clock()
        with ledger.change():
            if row["stage"] == "pick" and not self._take_blank(order):
                self._report(order, _FAILED, now)
                ledger.done(row["seq"])
                return
            if row["stage"] == "printed":
                self._note_print(order, now)
            self._report(order, status, now)
            if following is None:
                ledger.done(row["seq"])
            else:
                self._next(row, following, now)

    def _next(self, row: Row, stage: str, now: float) -> None:
        delays = self._workshop.switches.delays
        pause = {
            "pick": 0.0,
            "picked": delays.picking,
            "print": delays.picked,
            "printed": delays.printing,
            "ship": delays.printed,
            "shipped": delays.shipping,
        }[stage]
        self._workshop.ledger.run(
            "UPDATE work SET stage = ?, due = ?, attempts = 0 WHERE seq = ?", (stage, now + pause, row["seq"])
        )

    def _report(self, order: Row, status: int, now: float) -> None:
        third_id = order["third_id"]
        self._workshop.ledger.run("UPDATE orders SET status = ? WHERE third_id = ?", (status, third_id))
        self._messenger.plan("order", third_id, status, now)

    def _take_blank(self, order: Row) -> bool:
        ledger = self._workshop.ledger
        left = self._workshop.blanks(order["device"], order["shell"])
        if left < 1:
            return False
        ledger.count_blanks(order["device"], order["shell"], left - 1)
        return True

    def _note_print(self, order: Row, now: float) -> None:
        """What was printed is what the first good fetch brought."""
        self._workshop.ledger.run(
            "INSERT INTO prints (third_id, device, shell, sha256, bytes, width, height, dpi, design_hash, at)"
            " SELECT third_id, ?, ?, sha256, bytes, width, height, dpi, design_hash, ? FROM fetches"
            " WHERE third_id = ? AND http_status = 200 ORDER BY (problem IS NOT NULL), seq LIMIT 1",
            (order["device"], order["shell"], now, order["third_id"]),
        )

    def _note_fetch(self, order: Row, http_status: int | None, body: bytes) -> Look:
        look = look_at(body, self._workshop.canvas_in(order["device"], order["shell"]))
        self._workshop.ledger.run(
            "INSERT INTO fetches (third_id, http_status, bytes, sha256, problem, width, height, dpi, design_hash, at)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                order["third_id"],
                http_status,
                len(body),
                look.sha256,
                look.problem if http_status == 200 else "not to be had",
                look.width,
                look.height,
                look.dpi,
                look.design_hash,
                self._workshop.clock(),
            ),
        )
        return look

    def _pause(self, number: int) -> float:
        return number * 2.0 * self._workshop.switches.delays.fetch[1]

    def _client(self, address: str) -> httpx2.AsyncClient:
        """Pictures on loopback are fetched from another address than we call from, as printers do."""
        near = _is_loopback(address)
        if near not in self._clients:
            here = _ELSEWHERE if near and _can_come_from_elsewhere() else None
            transport = httpx2.AsyncHTTPTransport(trust_env=False, local_address=here)
            self._clients[near] = httpx2.AsyncClient(timeout=30.0, transport=transport)
        return self._clients[near]

    async def _get(self, address: str) -> tuple[int | None, bytes]:
        """Status and body; status None when there is no complete answer of a sensible size."""
        body = bytearray()
        try:
            async with self._client(address).stream("GET", address) as answer:
                async for piece in answer.aiter_raw():
                    body += piece
                    if len(body) > _LARGEST_PICTURE:
                        return None, b""
                return answer.status_code, bytes(body)
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError):
            return None, b""


def _is_loopback(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _can_come_from_elsewhere() -> bool:
    """Whether this system lets a client of loopback come from another address, as printers do."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        try:
            probe.bind((_ELSEWHERE, 0))
        except OSError:
            return False
    return True
