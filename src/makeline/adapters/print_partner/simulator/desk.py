"""The simulated partner's calls: each takes the parsed body and gives ``data``, or raises ``Refused``.

Numbers arrive as their JSON text (``NumberText``), so that a text in the place of a number is noticed.
"""

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from makeline.adapters.print_partner.dialect import (
    ORDER_PREFIX,
    PAID_NUMBER,
    PARTNER_ORDER_PREFIX,
    PARTNER_PAYMENT_PREFIX,
    PAYMENT_PREFIX,
)
from makeline.adapters.print_partner.simulator import refusals
from makeline.adapters.print_partner.simulator.forms import (
    Call,
    amount,
    an_object,
    ids,
    own_id,
    picture_address,
    text,
    whole,
)
from makeline.adapters.print_partner.simulator.refusals import Refused, bad_field
from makeline.adapters.print_partner.simulator.workshop import Workshop

_TERMINAL = 5
_FRESH_ORDER = 4
_MOST_TOKENS = 1000


class Desk:
    """Answers calls out of the ledger; ``rouse`` wakes whoever does the planned work."""

    def __init__(self, workshop: Workshop, *, rouse: Callable[[], None]) -> None:
        self._workshop = workshop
        self._ledger = workshop.ledger
        self._rouse = rouse
        self._tokens: dict[str, float] = {}
        self.calls: dict[str, Call] = {
            "user/login": self.log_in,
            "order/payData": self.take_payment,
            "order/payStatus": self.take_payment_status,
            "order/getPayStatus": self.tell_payments,
            "order/orderData": self.take_order,
            "order/getOrderStatus": self.tell_orders,
            "order/printList": self.list_prints,
        }

    # --- tokens -----------------------------------------------------------------------------------------------

    def log_in(self, body: Any) -> dict[str, str]:
        """A new token; older ones stay good until they end."""
        fields = an_object(body)
        if fields.get("account") != self._workshop.settings.account:
            raise Refused(refusals.NO_ACCOUNT)
        if fields.get("password") != self._workshop.settings.password:
            raise Refused(refusals.BAD_PASSWORD)
        token = secrets.token_hex(24)
        self._tokens[token] = self._workshop.clock() + self._workshop.switches.token_seconds
        while len(self._tokens) > _MOST_TOKENS:
            self._tokens.pop(next(iter(self._tokens)))
        return {"id": "MEA102501010001", "account": self._workshop.settings.account, "token": token}

    def knows_token(self, token: str) -> bool:
        """Whether the token was given out and has not ended."""
        return self._tokens.get(token, 0.0) > self._workshop.clock()

    def forget_tokens(self) -> None:
        """Every caller has to log in again."""
        self._tokens.clear()

    # --- payments ---------------------------------------------------------------------------------------------

    def take_payment(self, body: Any) -> dict[str, str]:
        """A sale is announced; the same again answers the same."""
        fields = an_object(body)
        third_id = own_id(fields, "third_id", PAYMENT_PREFIX)
        model = text(fields, "mobile_model_id")
        pounds = amount(fields, "pay_amount")
        device = text(fields, "device_id")
        pay_type = whole(fields, "pay_type")
        known = self._ledger.one("SELECT * FROM payments WHERE third_id = ?", third_id)
        if known is not None:
            told = (model, device, pounds, pay_type)
            if told != (known["model"], known["device"], known["amount"], known["pay_type"]):
                raise Refused(refusals.OTHER_DATA)
            self._ledger.run("UPDATE payments SET told = told + 1 WHERE third_id = ?", (third_id,))
            other = "-2" if "other_ids" in self._workshop.switches.faults else ""
            return {"id": known["partner_id"] + other, "third_id": third_id}
        self._workshop.check_usable(device, third_id)
        if model not in self._workshop.shelf.models:
            raise Refused(refusals.NO_MODEL)
        if not 0 <= pay_type <= 12:
            raise bad_field("pay_type", "is unknown")
        return self._keep_payment(third_id, model, device, pounds, pay_type)

    def _keep_payment(
        self, third_id: str, model: str, device: str, pounds: str, pay_type: int
    ) -> dict[str, str]:
        now = self._workshop.clock()
        with self._ledger.change():
            partner_id = self._partner_id(PARTNER_PAYMENT_PREFIX, now)
            self._ledger.run(
                "INSERT INTO payments (third_id, partner_id, model, device, amount, pay_type, status, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, 1, ?)",
                (third_id, partner_id, model, device, pounds, pay_type, now),
            )
            if pay_type == _TERMINAL and self._workshop.switches.customer != "walks_away":
                due = now + self._workshop.switches.delays.payment_notice
                self._ledger.plan("customer", third_id, self._workshop.switches.customer, due)
                self._rouse()
        return {"id": partner_id, "third_id": third_id}

    def take_payment_status(self, body: Any) -> None:
        """We say what happened to a payment; paid is final."""
        fields = an_object(body)
        third_id = text(fields, "third_id")
        status = whole(fields, "status")
        if not 1 <= status <= 5:
            raise bad_field("status", "must be from 1 to 5")
        payment = self._ledger.one("SELECT status FROM payments WHERE third_id = ?", third_id)
        if payment is None:
            raise Refused(refusals.NO_PAYMENT)
        if payment["status"] not in (PAID_NUMBER, status):
            with self._ledger.change():
                self._ledger.move_payment(third_id, status, "makeline", self._workshop.clock())

    def tell_payments(self, body: Any) -> list[dict[str, Any]]:
        """What became of payments; unknown ones are left out."""
        answer = []
        for third_id in ids(body):
            row = self._ledger.one("SELECT third_id, status FROM payments WHERE third_id = ?", third_id)
            if row is not None:
                answer.append(dict(row))
        return answer

    # --- orders -----------------------------------------------------------------------------------------------

    def take_order(self, body: Any) -> dict[str, Any]:
        """A print is ordered; the same again answers the same and prints nothing more."""
        fields = an_object(body)
        third_id = own_id(fields, "third_id", ORDER_PREFIX)
        third_pay_id = text(fields, "third_pay_id")
        model, shell = text(fields, "mobile_model_id"), text(fields, "mobile_shell_id")
        device, pic = text(fields, "device_id"), picture_address(fields, "pic")
        known = self._ledger.one("SELECT * FROM orders WHERE third_id = ?", third_id)
        if known is not None:
            told = (third_pay_id, model, shell, device)
            # The picture's token may be a newer one.
            if told != (known["third_pay_id"], known["model"], known["shell"], known["device"]):
                raise Refused(refusals.OTHER_DATA)
            self._ledger.run("UPDATE orders SET told = told + 1 WHERE third_id = ?", (third_id,))
            return _order_receipt(known["partner_id"], third_id, known["queue_no"])
        self._workshop.check_usable(device, third_id)
        self._check_paid(third_pay_id, model, device)
        item = self._workshop.shelf.shells.get(shell)
        if item is None or item.model != model:
            raise Refused(refusals.NO_SHELL)
        if self._workshop.blanks(device, shell) < 1:
            raise Refused(refusals.NO_STOCK)
        return self._keep_order((third_id, third_pay_id, model, shell, device, pic))

    def _check_paid(self, third_pay_id: str, model: str, device: str) -> None:
        payment = self._ledger.one("SELECT * FROM payments WHERE third_id = ?", third_pay_id)
        if payment is not None and "unpaid_orders" in self._workshop.switches.faults:
            return
        if payment is None or payment["status"] != PAID_NUMBER or payment["paid_at"] is None:
            raise Refused(refusals.NO_PAYMENT)
        if self._workshop.clock() - payment["paid_at"] < self._workshop.switches.delays.settle:
            raise Refused(refusals.NO_PAYMENT)
        if payment["model"] != model:
            raise Refused(refusals.OTHER_MODEL)
        if payment["device"] != device:
            raise Refused(refusals.OTHER_DEVICE)

    def _keep_order(self, told: tuple[str, str, str, str, str, str]) -> dict[str, Any]:
        now = self._workshop.clock()
        with self._ledger.change():
            partner_id = self._partner_id(PARTNER_ORDER_PREFIX, now)
            # Four digits that neither rise nor repeat for 9,000 orders, as the real ones.
            queue_no = str((self._ledger.next_number("queue") * 7919 + 5693) % 9000 + 1000)
            self._ledger.run(
                "INSERT INTO orders (third_id, third_pay_id, model, shell, device, pic, partner_id, queue_no, status,"
                " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*told, partner_id, queue_no, _FRESH_ORDER, now),
            )
            if self._workshop.switches.machine == "on":
                self._ledger.plan("machine", told[0], "fetch", now + self._workshop.switches.delays.fetch[0])
                self._rouse()
        return _order_receipt(partner_id, told[0], queue_no)

    def tell_orders(self, body: Any) -> list[dict[str, Any]]:
        """What became of orders, asked by either id; the answer names ours."""
        answer = []
        for key in ids(body):
            row = self._ledger.one(
                "SELECT third_id, status FROM orders WHERE third_id = ? OR partner_id = ?", key, key
            )
            if row is not None:
                answer.append(dict(row))
        return answer

    def list_prints(self, body: Any) -> list[dict[str, Any]]:
        """The newest orders of a device."""
        device = text(an_object(body), "device_id")
        self._workshop.check_ours(device)
        rows = self._ledger.rows(
            "SELECT * FROM orders WHERE device = ? ORDER BY created_at DESC LIMIT 200",
            device,
        )
        names = {item.shell: item.model_name for item in self._workshop.shelf.shells.values()}
        return [
            {
                "mobile_model_name": names.get(row["shell"], ""),
                "id": row["partner_id"],
                "third_id": row["third_id"],
                "pic": row["pic"],
                "queue_no": row["queue_no"],
                "status": row["status"],
            }
            for row in rows
        ]

    def _partner_id(self, prefix: str, now: float) -> str:
        day = datetime.fromtimestamp(now, UTC)
        return f"{prefix}10{day:%y%m%d}{self._ledger.next_number(prefix):06d}"


def _order_receipt(partner_id: str, third_id: str, queue_no: str) -> dict[str, Any]:
    return {"id": partner_id, "third_id": third_id, "queue_no": queue_no, "status": _FRESH_ORDER}
