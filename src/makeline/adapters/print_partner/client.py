"""The port to the print partner, over its HTTP protocol. Judges by the envelope's code, never by the status."""

import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.answers import (
    LOGIN_AGAIN,
    OK,
    Envelope,
    broken,
    read_envelope,
    safe_text,
    trouble_of,
)
from makeline.adapters.print_partner.checks import check_announcement, check_order, check_own_ids
from makeline.adapters.print_partner.dialect import (
    ORDER_STATUSES,
    PAID_NUMBER,
    PAY_TYPES,
    PAYMENT_STATUSES,
    OwnKind,
)
from makeline.adapters.print_partner.listings import read_brands, read_stock
from makeline.adapters.print_partner.sign_in import SharedToken
from makeline.adapters.print_partner.signature import Sealed, amount_text, seal
from makeline.adapters.print_partner.wire import SocketWire, Wire, WireBroken
from makeline.cases.production.print_partner import (
    JobStep,
    PartnerAway,
    PartnerMisconfigured,
    PartnerRefused,
    PaymentAnnouncement,
    PaymentStatus,
    PrintOrder,
    SubmittedJob,
)
from makeline.cases.stock.listing import PartnerBrand, StockRow

_log = structlog.get_logger(__name__)
_BATCH = 100
_HEADER_TEXT = re.compile(r"[\x21-\x7e]{1,2000}")


class PartnerClient:
    """Implements ``PrintPartner`` and ``PartnerShelf``; belongs to one event loop, shared by all its callers.

    It never repeats a call by itself, except once after a new sign-in: after a time-out or a broken connection
    the caller asks first and repeats with the same references.
    """

    def __init__(
        self,
        account: PartnerAccount,
        *,
        wire: Wire | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._account = account
        self._wire = wire or SocketWire(account.base_url)
        self._clock = clock
        self._token = SharedToken(self._sign_in, clock=clock)
        self._fixed = f"Content-Type: application/json\r\nreq_source: {account.request_source}\r\n"

    async def close(self) -> None:
        """Give back idle connections."""
        await self._wire.close()

    async def announce_payment(self, announcement: PaymentAnnouncement) -> str:
        """See the port. Amount is in pounds, above 0 and at most 10,000."""
        check_announcement(announcement)
        data = await self._call(
            "order/payData",
            {
                "mobile_model_id": announcement.partner_model,
                "device_id": announcement.device,
                "third_id": announcement.reference,
                "pay_amount": amount_text(announcement.amount),
                "pay_type": PAY_TYPES[announcement.channel],
            },
            ids=(announcement.reference,),
        )
        return _receipt(data, announcement.reference)["id"]

    async def confirm_payment(self, reference: str) -> None:
        """See the port. Only ever called after our own provider confirmed."""
        check_own_ids(OwnKind.PAYMENT, (reference,))
        fields = {"third_id": reference, "status": PAID_NUMBER}
        await self._call("order/payStatus", fields, ids=(reference,))

    async def read_payments(self, references: Sequence[str]) -> dict[str, PaymentStatus | None]:
        """See the port; asks in groups of 100."""
        numbers = await self._read_numbers("order/getPayStatus", references)
        return {own: PAYMENT_STATUSES.get(number) for own, number in numbers.items()}

    async def submit(self, order: PrintOrder) -> SubmittedJob:
        """See the port. Everything the partner is known to refuse is refused here first."""
        check_order(order)
        data = await self._call(
            "order/orderData",
            {
                "third_pay_id": order.payment_reference,
                "third_id": order.reference,
                "mobile_model_id": order.partner_model,
                "mobile_shell_id": order.shell,
                "pic": order.picture_url,
                "device_id": order.device,
            },
            ids=(order.reference, order.payment_reference),
        )
        receipt = _receipt(data, order.reference)
        queue_number, number = receipt.get("queue_no"), _whole(receipt.get("status"))
        if not isinstance(queue_number, str) or number not in ORDER_STATUSES:
            raise broken("queue number or status")
        return SubmittedJob(receipt["id"], queue_number, ORDER_STATUSES[number].step)

    async def read_jobs(self, references: Sequence[str]) -> dict[str, JobStep | None]:
        """See the port; the partner's own references are accepted too, the answer is keyed by ours."""
        numbers = await self._read_numbers("order/getOrderStatus", references)
        return {
            own: ORDER_STATUSES[number].step if number in ORDER_STATUSES else None
            for own, number in numbers.items()
        }

    async def list_brands(self) -> list[PartnerBrand]:
        """All phone brands of the partner. The caller keeps the answer for 5 minutes."""
        return read_brands(await self._call("brand/list", {}))

    async def list_stock(self, *, device: str, brand: str) -> list[StockRow]:
        """Blanks of one brand on one device, with exact sizes. The caller keeps the answer for 5 minutes."""
        fields = {"device_id": device, "brand_id": brand}
        return read_stock(await self._call("stock/list", fields, ids=(device,)))

    async def _read_numbers(self, path: str, references: Sequence[str]) -> dict[str, int]:
        numbers: dict[str, int] = {}
        for start in range(0, len(references), _BATCH):
            batch = list(references[start : start + _BATCH])
            data = await self._call(path, batch, ids=tuple(batch[:3]))
            if not isinstance(data, list):
                raise broken("its list")
            for row in data:
                if isinstance(row, dict) and isinstance(row.get("third_id"), str):
                    number = _whole(row.get("status"))
                    if number is not None:
                        numbers[row["third_id"]] = number
        return numbers

    async def _call(
        self, path: str, fields: Mapping[str, Any] | Sequence[str], *, ids: tuple[str, ...] = ()
    ) -> Any:
        """The ``data`` of a successful answer; one new sign-in and one repeat on code 401."""
        sealed = seal(fields, key=self._account.key, system_name=self._account.system_name)
        token = await self._token.get()
        envelope = await self._exchange(path, sealed, token, ids)
        if envelope.code == LOGIN_AGAIN:
            token = await self._token.renew(token)
            envelope = await self._exchange(path, sealed, token, ids)
        if envelope.code != OK:
            raise trouble_of(envelope, self._secrets(token))
        return envelope.data

    async def _exchange(self, path: str, sealed: Sealed, token: str, ids: tuple[str, ...]) -> Envelope:
        authorization = f"Authorization: {token}\r\n" if token else ""
        headers = f"{self._fixed}sign: {sealed.sign}\r\n{authorization}".encode("ascii")
        started = self._clock()
        try:
            envelope = read_envelope(await self._wire.post(path, headers, sealed.body))
        except WireBroken as error:
            self._note(path, started, ids, code=None, text=str(error))
            raise PartnerAway(str(error), may_have_arrived=error.may_have_arrived) from error
        except PartnerAway as trouble:
            self._note(path, started, ids, code=None, text=trouble.text)
            raise
        self._note(
            path, started, ids, code=envelope.code, text=safe_text(envelope.text, self._secrets(token))
        )
        return envelope

    async def _sign_in(self) -> str:
        account = self._account
        fields = {"account": account.account, "password": account.password}
        sealed = seal(fields, key=account.key, system_name=account.system_name)
        envelope = await self._exchange("user/login", sealed, "", ())
        if envelope.code != OK:
            trouble = trouble_of(envelope, self._secrets(""))
            # Any "no" to a sign-in is a matter of configuration.
            raise PartnerMisconfigured(trouble.text) if isinstance(trouble, PartnerRefused) else trouble
        token = envelope.data.get("token") if isinstance(envelope.data, dict) else None
        if not isinstance(token, str) or not _HEADER_TEXT.fullmatch(token):
            raise broken("its token")
        return token

    def _secrets(self, token: str) -> tuple[str, ...]:
        return (self._account.password, self._account.key, token, self._account.account)

    def _note(self, path: str, started: float, ids: tuple[str, ...], *, code: int | None, text: str) -> None:
        """One line per call: path, code, text, ids, time taken; never a body or a header."""
        milliseconds = round((self._clock() - started) * 1000, 1)
        level = _log.info if code == OK else _log.warning
        level("print_partner.call", path=path, code=code, msg=text, ids=ids, ms=milliseconds)


def _receipt(data: Any, reference: str) -> dict[str, Any]:
    """The partner's receipt for one record of ours; one for another record is no receipt."""
    if not isinstance(data, dict) or not isinstance(data.get("id"), str) or not data["id"]:
        raise broken("the partner's id")
    if data.get("third_id") != reference:
        raise broken("our id")
    return data


def _whole(value: Any) -> int | None:
    if type(value) is int:
        return value
    return (
        int(value)
        if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 4
        else None
    )
