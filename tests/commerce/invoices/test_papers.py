"""The paper of an invoice: made once its order is placed, made again after trouble, sent to whoever ordered."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import bindparam, update

from makeline.commerce.accounts.models import users
from makeline.commerce.accounts.states import PersonKind
from makeline.commerce.invoices.models import Bill, Invoice
from makeline.commerce.invoices.obtain import LARGEST_PAPER, Registry, obtain_paper
from makeline.commerce.invoices.queries import file_of, invoice_for_update, invoice_of
from makeline.commerce.invoices.source import NoSource, SourceTrouble
from makeline.commerce.invoices.states import InvoiceState, Origin
from makeline.commerce.invoices.void import void_invoice
from makeline.commerce.notices.mailer import MailTrouble
from makeline.commerce.orders.advance import cancel
from makeline.commerce.orders.queries import order_for_update
from makeline.commerce.payments.on_invoice import drop_claim
from makeline.foundation.statements import Change
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.kernel.errors import FailureKind
from tests.commerce.invoices.billed import BILLING, Press, bill, billed, customer
from tests.given import Given

CONFIRM = Change(
    update(users)
    .where(users.c.id == bindparam("wanted"))
    .values(email_confirmed_at=bindparam("now", type_=users.c.email_confirmed_at.type))
)


async def now(given: Given, invoice: Invoice) -> Invoice:
    return await given.database.read(lambda unit: invoice_of(unit, invoice.id))


async def paper_of(given: Given, invoice: Invoice) -> bytes | None:
    file = await given.database.read(lambda unit: file_of(unit, invoice.id))
    return await given.storage.get(file.name) if file else None


async def promise(given: Given, name: str) -> list[str]:
    return [state for subscriber, state in await given.promises() if subscriber == f"invoices.{name}"]


async def test_the_worker_makes_a_paper_that_can_be_read(given: Given):
    invoice = await bill(given.database, "anna")
    await given.promises_kept()
    done = await now(given, invoice)
    assert (done.state, done.rendered_at) == (InvoiceState.RENDERED, given.clock())
    data = await paper_of(given, invoice)
    assert data is not None
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert "Счёт на оплату № 2026-00001" in text


async def test_a_press_that_fails_is_asked_again(given: Given):
    press = Press(RuntimeError("ink"), SourceTrouble("paper jam", FailureKind.TRANSIENT), b"%PDF-1.4 good")
    given.invoices = press
    invoice = await bill(given.database, "anna")
    for expected in (InvoiceState.ISSUED, InvoiceState.ISSUED, InvoiceState.RENDERED):
        await given.promises_kept()
        assert (await now(given, invoice)).state is expected
        given.clock.tick(minutes=1)
    assert await paper_of(given, invoice) == b"%PDF-1.4 good"
    assert await promise(given, "obtain_paper_when_issued") == ["done"]


@pytest.mark.parametrize(
    "said",
    [b"<html>sign in</html>", b"", b"%PDF-" + bytes(LARGEST_PAPER)],
    ids=["another page", "nothing", "far too much"],
)
async def test_what_is_no_paper_is_not_kept_and_waits_for_staff(given: Given, said: bytes):
    given.invoices = Press(said)
    invoice = await bill(given.database, "anna")
    await given.promises_kept()
    assert (await now(given, invoice)).state is InvoiceState.ISSUED
    assert not given.storage.kept
    assert await promise(given, "obtain_paper_when_issued") == ["dead"]


async def test_without_a_crm_its_invoices_wait_for_staff(given: Given):
    given.invoices = NoSource()
    invoice = await bill(given.database, "anna", billing=BILLING._replace(origin=Origin.CRM))
    await given.promises_kept()
    assert (await now(given, invoice)).state is InvoiceState.ISSUED
    assert await promise(given, "obtain_paper_when_issued") == ["dead"]


async def test_a_paper_that_is_made_twice_is_one(given: Given):
    invoice = await bill(given.database, "anna")
    await given.promises_kept()
    given.clock.tick(minutes=5)
    before = await now(given, invoice)
    await obtain_paper(given.registry, invoice.id)
    assert await now(given, invoice) == before
    assert len(given.storage.kept) == 1
    assert await promise(given, "send_invoice") == ["done"]


async def test_another_paper_from_elsewhere_takes_the_place_of_the_first(given: Given):
    given.invoices = Press(b"%PDF-1.4 first", b"%PDF-1.4 second")
    invoice = await bill(given.database, "anna")
    await given.promises_kept()
    await obtain_paper(given.registry, invoice.id)
    assert await paper_of(given, invoice) == b"%PDF-1.4 second"
    # The letter went with the first; nobody is told twice.
    assert await promise(given, "send_invoice") == ["done"]


async def test_the_invoice_of_a_cancelled_order_is_void(given: Given):
    invoice = await bill(given.database, "anna")
    await given.promises_kept()
    await _cancel(given, invoice)
    await given.promises_kept()
    assert (await now(given, invoice)).state is InvoiceState.VOID
    assert (await bill(given.database, "boris")).number == 2


async def test_what_was_voided_before_its_paper_gets_none(given: Given):
    invoice = await bill(given.database, "anna")
    await _cancel(given, invoice)
    await given.promises_kept()
    await obtain_paper(given.registry, invoice.id)
    assert (await now(given, invoice)).state is InvoiceState.VOID


async def test_what_is_voided_while_its_paper_is_made_gets_none(given: Given):
    invoice = await bill(given.database, "anna")

    class Slow:
        async def document(self, bill: Bill) -> bytes:
            await given.database.begin(
                lambda unit: void_invoice(unit, invoice_for_update(unit, bill.invoice.id), cause="test"),
                actor="test",
            )
            return b"%PDF-1.4 late"

    await obtain_paper(Registry(given.database.begin, given.storage, Slow()), invoice.id)
    late = await now(given, invoice)
    assert (late.state, late.file_id) == (InvoiceState.VOID, None)


async def test_a_legal_entity_says_who_it_is_before_there_is_a_paper(given: Given):
    press = given.invoices = Press(b"%PDF-1.4")

    def place(unit: UnitOfWork) -> Invoice:
        return billed(unit, customer(unit, "firm", PersonKind.LEGAL))

    invoice = await given.database.begin(place, actor="test")
    assert invoice.number == 1
    await given.promises_kept()
    assert (await now(given, invoice)).state is InvoiceState.ISSUED
    assert not press.asked


async def _cancel(given: Given, invoice: Invoice) -> None:
    def act(unit: UnitOfWork) -> None:
        order = order_for_update(unit, invoice.order_id)
        drop_claim(unit, order)
        cancel(unit, order, cause="test")

    await given.database.begin(act, actor="test")


async def _confirmed(given: Given, name: str, language: str = "ru") -> Invoice:
    def place(unit: UnitOfWork) -> Invoice:
        user_id = customer(unit, name)
        unit.change(CONFIRM, wanted=user_id, now=unit.now - timedelta(days=1))
        return billed(unit, user_id, billing=BILLING._replace(language=language))

    return await given.database.begin(place, actor="test")


@pytest.mark.parametrize(("language", "subject"), [("ru", "Счёт 2026-00001"), ("en", "Invoice 2026-00001")])
async def test_the_paper_goes_to_whoever_ordered(given: Given, language: str, subject: str):
    invoice = await _confirmed(given, "anna", language)
    await given.promises_kept()
    (letter,) = [letter for letter in given.mailer.letters if letter.attachments]
    assert letter.to == "anna@example.com"
    assert letter.subject.startswith(subject)
    assert "ORDER_" in letter.text
    assert "\u00a0" not in letter.subject + letter.text
    (attached,) = letter.attachments
    assert (attached.name, attached.media_type) == ("invoice-2026-00001.pdf", "application/pdf")
    assert attached.data == await paper_of(given, invoice)


async def test_nothing_goes_to_an_address_that_nobody_has_confirmed(given: Given):
    await bill(given.database, "anna")
    await given.promises_kept()
    assert not [letter for letter in given.mailer.letters if letter.attachments]
    assert await promise(given, "send_invoice") == ["done"]


async def test_a_mail_server_that_is_away_is_asked_again(given: Given):
    await _confirmed(given, "anna")
    given.mailer.trouble = MailTrouble("away", FailureKind.TRANSIENT)
    await given.promises_kept()
    assert await promise(given, "send_invoice") == ["pending"]
    given.mailer.trouble = None
    given.clock.tick(minutes=1)
    await given.promises_kept()
    assert len([letter for letter in given.mailer.letters if letter.attachments]) == 1
