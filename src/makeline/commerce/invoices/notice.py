"""An invoice goes to whoever ordered, as soon as its paper is there; only to an address that is known to be his."""

from collections.abc import Mapping

from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.accounts.queries import user_of
from makeline.commerce.files.storage import Storage
from makeline.commerce.invoices.models import Invoice
from makeline.commerce.invoices.obtain import MEDIA_TYPE
from makeline.commerce.invoices.queries import file_of, invoice_of, paper_name
from makeline.commerce.invoices.sheet import day_in, money_text
from makeline.commerce.invoices.states import InvoiceState
from makeline.commerce.notices.mailer import Attachment, Letter
from makeline.commerce.orders.queries import order_by_id
from makeline.foundation.unit_of_work import UnitOfWork

_SUBJECT: Mapping[str, str] = {"ru": "Счёт {number}: {amount}", "en": "Invoice {number}: {amount}"}
_TEXT: Mapping[str, str] = {
    "ru": """Здравствуйте, {name}!

К письму приложен счёт {number} на {amount} за заказ {order}.{pay_by}

Это письмо отправлено автоматически, отвечать на него не нужно.
""",
    "en": """Hello {name},

attached is invoice {number} over {amount} for order {order}.{pay_by}

This letter was sent by a machine; nobody reads its answers.
""",
}
_PAY_BY: Mapping[str, str] = {"ru": " Оплатите его до {date}", "en": " Please pay it by {date}."}


async def send_invoice(post: PostOffice, storage: Storage, invoice_id: int) -> None:
    """A letter with the paper; none without a confirmed address, or when it is void by now. Raises ``MailTrouble``."""
    found = await post.begin(lambda unit: _letter(unit, invoice_id), actor="post office")
    if found is None:
        return
    letter, stored_as, name, order_id = found
    data = await storage.get(stored_as)
    if data is None:
        raise LookupError(f"the paper of invoice {invoice_id}")
    whole = letter._replace(attachments=(Attachment(name, MEDIA_TYPE, data),))
    await post.send_about_order(whole, order_id)


def _letter(unit: UnitOfWork, invoice_id: int) -> tuple[Letter, str, str, int] | None:
    invoice = invoice_of(unit, invoice_id)
    file = file_of(unit, invoice_id)
    order = order_by_id(unit, invoice.order_id)
    if invoice.state is not InvoiceState.RENDERED or file is None or order.user_id is None:
        return None
    user = user_of(unit, order.user_id)
    if not user.email or user.email_confirmed_at is None:
        return None
    said = {
        "name": user.full_name or user.username,
        "number": invoice.reference or order.number,
        "amount": money_text(invoice.money(invoice.due_minor), invoice.language).replace("\u00a0", " "),
        "order": order.number,
        "pay_by": _pay_by(invoice),
    }
    letter = Letter(
        user.email,
        _SUBJECT[invoice.language].format(**said),
        _TEXT[invoice.language].format(**said),
    )
    return letter, file.name, paper_name(invoice.year, invoice.number, order.number), order.id


def _pay_by(invoice: Invoice) -> str:
    if invoice.pay_by is None:
        return ""
    return _PAY_BY[invoice.language].format(
        date=day_in(invoice.pay_by, invoice.language).replace("\u00a0", " ")
    )
