"""Telling us: payment and order notices, as object or array, repeated until we answer as expected."""

import asyncio
import json
import random
from collections.abc import Callable
from datetime import UTC, datetime
from sqlite3 import Row
from typing import Any

import httpx2

from makeline.adapters.print_partner.dialect import PAID_NUMBER
from makeline.adapters.print_partner.signature import NumberText, seal
from makeline.adapters.print_partner.simulator.workshop import Workshop

PATHS = {"payment": "/api/chinese/order/payStatus", "order": "/api/chinese/order-status-update"}
MOST_ATTEMPTS = 10
_LONGEST_KEPT_ANSWER = 500


class Messenger:
    """Sends what is planned and writes down every answer."""

    def __init__(self, workshop: Workshop, *, rouse: Callable[[], None], chance: random.Random) -> None:
        self._workshop = workshop
        self._rouse = rouse
        self._chance = chance
        self._made: httpx2.AsyncClient | None = None

    async def close(self) -> None:
        """Close connections."""
        if self._made is not None:
            await self._made.aclose()

    def plan(self, kind: str, third_id: str, status: int, now: float) -> None:
        """Plan a notice; belongs to the running transaction."""
        settings, switches, ledger = self._workshop.settings, self._workshop.switches, self._workshop.ledger
        if settings.notify is None or switches.notices == "off":
            return
        form = switches.notice_form
        if form == "mixed":
            form = self._chance.choice(("object", "array"))
        cursor = ledger.run(
            "INSERT INTO notices (kind, third_id, status, form, state, at) VALUES (?, ?, ?, ?, 'open', ?)",
            (kind, third_id, status, form, now),
        )
        late = 0.0
        if switches.shuffle and kind == "order":
            late = self._chance.uniform(0.0, 0.5)
        elif switches.shuffle and status != PAID_NUMBER:
            late = self._chance.uniform(0.1, 0.6)
        ledger.plan("notice", third_id, str(cursor.lastrowid), now + late)
        self._rouse()

    async def send(self, row: Row) -> None:
        """One attempt (of so many copies at once); repeated after a pause unless one copy was accepted."""
        ledger = self._workshop.ledger
        notice = ledger.one("SELECT * FROM notices WHERE seq = ?", int(row["stage"]))
        if (
            notice is None
            or self._workshop.switches.notices == "off"
            or self._workshop.settings.notify is None
        ):
            ledger.done(row["seq"])
            return
        sealed = seal(self._fields(notice), key=self._workshop.settings.key)
        copies = [
            self._post(PATHS[notice["kind"]], sealed.body, sealed.sign)
            for _ in range(self._workshop.switches.notice_copies)
        ]
        answers = await asyncio.gather(*copies)
        self._write_down(row, notice, answers)

    @property
    def _client(self) -> httpx2.AsyncClient:
        if self._made is None:
            limits = httpx2.Limits(max_connections=64, max_keepalive_connections=16)
            self._made = httpx2.AsyncClient(timeout=30.0, trust_env=False, limits=limits)
        return self._made

    async def _post(self, path: str, body: bytes, sign: str) -> tuple[int | None, str, bool]:
        address = f"{self._workshop.settings.notify or ''}".rstrip("/") + path
        headers = {"Content-Type": "application/json", "req_source": "en", "sign": sign}
        if key := self._workshop.settings.notice_key:
            headers["Authorization"] = f"Bearer {key}"
        try:
            answer = await self._client.post(address, content=body, headers=headers)
        except (httpx2.HTTPError, OSError) as error:
            return None, type(error).__name__, False
        return answer.status_code, answer.text[:_LONGEST_KEPT_ANSWER], _is_accepted(answer.content)

    def _write_down(self, row: Row, notice: Row, answers: list[tuple[int | None, str, bool]]) -> None:
        now = self._workshop.clock()
        ledger = self._workshop.ledger
        accepted = any(answer[2] for answer in answers)
        attempts = notice["attempts"] + 1
        state = "accepted" if accepted else "given_up" if attempts >= MOST_ATTEMPTS else "open"
        with ledger.change():
            for http_status, body, good in answers:
                ledger.run(
                    "INSERT INTO notice_answers (notice, http_status, body, accepted, at) VALUES (?, ?, ?, ?, ?)",
                    (notice["seq"], http_status, body, int(good), now),
                )
            ledger.run(
                "UPDATE notices SET attempts = ?, state = ? WHERE seq = ?", (attempts, state, notice["seq"])
            )
            if state == "open":
                pause = self._chance.uniform(*self._workshop.switches.delays.notice_gap)
                ledger.run("UPDATE work SET due = ? WHERE seq = ?", (now + pause, row["seq"]))
            else:
                ledger.done(row["seq"])

    def _fields(self, notice: Row) -> dict[str, Any] | list[dict[str, Any]]:
        """The forms seen in the field (object) and documented (array)."""
        third_id, status = notice["third_id"], notice["status"]
        is_array = notice["form"] == "array"
        if notice["kind"] == "order":
            if is_array:
                return [{"third_id": third_id, "status": status}]
            order = self._workshop.ledger.one("SELECT queue_no FROM orders WHERE third_id = ?", third_id)
            return {"order_id": third_id, "status": status, "queue_no": order["queue_no"] if order else ""}
        if not is_array:
            return {"third_id": third_id, "status": status}
        payment = self._workshop.ledger.one(
            "SELECT pay_type, amount FROM payments WHERE third_id = ?", third_id
        )
        return [
            {
                "third_id": third_id,
                "pay_type": payment["pay_type"] if payment else 0,
                "pay_amount": NumberText(payment["amount"] if payment else "0"),
                "pay_date": f"{datetime.fromtimestamp(notice['at'], UTC):%Y-%m-%d %H:%M:%S}",
                "status": status,
            }
        ]


def _is_accepted(body: bytes) -> bool:
    """Only an answer with code 200 and data "success" ends the repeats; the HTTP status says nothing."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and answer.get("code") == 200 and answer.get("data") == "success"
