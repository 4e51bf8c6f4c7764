"""When X happens, Y is done: the whole reactive side on one page."""

from collections.abc import Mapping
from datetime import timedelta

from makeline.cases.kiosk.ask import ask_about_payment
from makeline.cases.kiosk.close import close_when_cancelled
from makeline.cases.kiosk.events import PaymentHinted
from makeline.cases.production.announce import announce_payment
from makeline.cases.production.events import PaymentOpened, PrintReleased, WebPrintMoved
from makeline.cases.production.print_partner import PartnerTrouble
from makeline.cases.production.submit import Submission, hold_prints_of, submit_print, trouble_to_promise
from makeline.cases.shop.events import WebOrderMoved, WebOrderPaid
from makeline.cases.shop.web_links import WebLinks
from makeline.cases.styles.events import StyleWished
from makeline.cases.styles.make import Studio, make_style
from makeline.commerce.accounts.confirm_email import send_confirmation
from makeline.commerce.accounts.events import (
    EmailConfirmationWished,
    PasswordResetWished,
    ProfileChanged,
    SecondFactorChanged,
    UserRegistered,
)
from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.accounts.reset_password import send_reset_letters
from makeline.commerce.accounts.second_factor_letter import send_second_factor_letter
from makeline.commerce.files.events import StoredFileDamaged
from makeline.commerce.invoices.events import InvoiceIssued, InvoiceRendered, InvoiceVoided, InvoiceWished
from makeline.commerce.invoices.notice import send_invoice
from makeline.commerce.invoices.obtain import Registry, obtain_paper
from makeline.commerce.invoices.void import void_when_cancelled
from makeline.commerce.orders.events import OrderCancelled, OrderCompleted, OrderFailed, OrderPaid
from makeline.commerce.payments.events import MoneyReturned, TransferWanted
from makeline.commerce.payments.gateway import PaymentGateway
from makeline.commerce.payments.send_transfer import send_transfer
from makeline.foundation.dispatch import Reaction, Reactions
from makeline.foundation.outbox import Promise, Promises
from makeline.foundation.unit_of_work import Begin, UnitOfWork
from makeline.kernel.events import Event
from makeline.main.as_delivery import as_delivery
from makeline.main.mirror_subscriptions import (
    MIRROR_CALL,
    MIRROR_CALL_MOVED,
    MIRROR_CANCELLED,
    MIRROR_COMPLETED,
    MIRROR_EMAIL,
    MIRROR_FAILED,
    MIRROR_PART_ORDER,
    MIRROR_PROFILE,
    MIRROR_USER,
    mirrored,
)
from makeline.main.web_subscriptions import (
    FOLLOW_CANCELLED,
    FOLLOW_PRINT,
    TELL_JOURNEY,
    TELL_PAID,
    TELL_RETURNED,
    web_reactions,
)
from makeline.parts.call_requests.events import CallRequested, CallRequestMoved
from makeline.parts.call_requests.tell_staff import tell_staff
from makeline.parts.geometry.events import PartFileArrived, PartFileDeleted
from makeline.parts.geometry.take_in import Intake
from makeline.parts.ordering.bytes_needed import forget_unless_ordered, forget_when_over
from makeline.parts.ordering.events import PartOrderMoved
from makeline.parts.ordering.letters import send_order_letter
from makeline.parts.ordering.words import OVER
from makeline.parts.quotes.events import QuoteAnswered
from makeline.parts.quotes.tell import tell_answered

PARTNER = "print_partner"
MAIL = "mail"
STYLIST = "stylist"
GATEWAY = "payment_gateway"

# The kiosk announces a payment itself, at once; the promise is for when it could not.
ANNOUNCE = Promise("production.announce_payment", delay=timedelta(seconds=4), destination=PARTNER)
SUBMIT = Promise("production.submit_print_when_paid", destination=PARTNER)

# Somebody says that it was paid whose word is not enough.
ASK = Promise("kiosk.ask_about_payment", destination=PARTNER)
SUBMIT_RELEASED = Promise("production.submit_print_when_released", destination=PARTNER)

SEND_TRANSFER = Promise("payments.send_transfer", destination=GATEWAY)
HOLD_DAMAGED = Promise("production.hold_prints_when_damaged")

# A stylist works for seconds, and for one picture after the other.
MAKE_STYLE = Promise("styles.make_style", destination=STYLIST)

CLOSE = Promise("kiosk.close_when_cancelled")

VOID = Promise("invoices.void_when_cancelled")
MAKE_PAPER = Promise("invoices.obtain_paper_when_issued")
MAKE_PAPER_AGAIN = Promise("invoices.obtain_paper_when_wished")
SEND_INVOICE = Promise("invoices.send_invoice", destination=MAIL)

CONFIRM_NEW = Promise("accounts.confirm_email_when_registered", destination=MAIL)
CONFIRM = Promise("accounts.confirm_email_when_wished", destination=MAIL)
RESET = Promise("accounts.send_reset_letters", destination=MAIL)
SECOND_FACTOR = Promise("accounts.send_second_factor_letter", destination=MAIL)
QUOTE_ANSWERED = Promise("quotes.tell_answered", destination=MAIL)
TELL_STAFF = Promise("call_requests.tell_staff", destination=MAIL)

# The upload measures its file itself, at once; the promise is for when its process died over it. The largest files take
# minutes on a busy machine, and nobody shall measure them twice.
MEASURE = Promise("geometry.measure_waiting_file", delay=timedelta(minutes=5))
# Late enough that no upload which found these bytes worth sharing is still under way.
FORGET_BYTES = Promise("geometry.forget_bytes", delay=timedelta(minutes=10))
FORGET_ORDERED = Promise("ordering.forget_bytes_when_over", delay=timedelta(minutes=10))
TELL_CUSTOMER = Promise("ordering.send_order_letter", destination=MAIL)

PROMISES: Promises = {
    OrderFailed.name: (MIRROR_FAILED,),
    OrderCompleted.name: (MIRROR_COMPLETED,),
    CallRequestMoved.name: (MIRROR_CALL_MOVED,),
    ProfileChanged.name: (MIRROR_PROFILE,),
    PaymentOpened.name: (ANNOUNCE,),
    PaymentHinted.name: (ASK,),
    OrderPaid.name: (SUBMIT,),
    PrintReleased.name: (SUBMIT_RELEASED,),
    StoredFileDamaged.name: (HOLD_DAMAGED,),
    WebPrintMoved.name: (FOLLOW_PRINT,),
    WebOrderPaid.name: (TELL_PAID,),
    WebOrderMoved.name: (TELL_JOURNEY,),
    MoneyReturned.name: (TELL_RETURNED,),
    OrderCancelled.name: (CLOSE, FOLLOW_CANCELLED, VOID, MIRROR_CANCELLED),
    TransferWanted.name: (SEND_TRANSFER,),
    InvoiceIssued.name: (MAKE_PAPER,),
    InvoiceWished.name: (MAKE_PAPER_AGAIN,),
    InvoiceRendered.name: (SEND_INVOICE,),
    UserRegistered.name: (CONFIRM_NEW, MIRROR_USER),
    EmailConfirmationWished.name: (CONFIRM, MIRROR_EMAIL),
    PasswordResetWished.name: (RESET,),
    SecondFactorChanged.name: (SECOND_FACTOR,),
    QuoteAnswered.name: (QUOTE_ANSWERED,),
    CallRequested.name: (TELL_STAFF, MIRROR_CALL),
    PartFileArrived.name: (MEASURE,),
    PartFileDeleted.name: (FORGET_BYTES,),
    StyleWished.name: (MAKE_STYLE,),
    PartOrderMoved.name: (TELL_CUSTOMER, FORGET_ORDERED, MIRROR_PART_ORDER),
}

# Facts that stand in the history only; nobody has to do anything yet.
TIMELINE_ONLY: frozenset[type[Event]] = frozenset({InvoiceVoided})


def reactions(
    begin: Begin,
    submission: Submission,
    intake: Intake,
    post: PostOffice,
    registry: Registry,
    gateway: PaymentGateway,
    studio: Studio,
) -> Reactions:
    """What each subscriber does, tied to the adapters of this process."""

    async def announce(event: PaymentOpened, _attempt: int) -> None:
        try:
            await announce_payment(begin, submission.partner, event.payment_id)
        except PartnerTrouble as trouble:
            raise trouble_to_promise(trouble) from trouble

    async def ask(event: PaymentHinted, _attempt: int) -> None:
        try:
            await ask_about_payment(begin, submission.partner, event.reference)
        except PartnerTrouble as trouble:
            raise trouble_to_promise(trouble) from trouble

    async def submit(event: OrderPaid | PrintReleased, attempt: int) -> None:
        await submit_print(begin, submission, event.order_id, attempt=attempt)

    def close(unit: UnitOfWork, event: OrderCancelled) -> None:
        close_when_cancelled(unit, event.order_id)

    found: Mapping[str, Reaction] = {
        ANNOUNCE.subscriber: Reaction(PaymentOpened, outside=announce),
        ASK.subscriber: Reaction(PaymentHinted, outside=ask),
        SUBMIT.subscriber: Reaction(OrderPaid, outside=submit),
        SUBMIT_RELEASED.subscriber: Reaction(PrintReleased, outside=submit),
        CLOSE.subscriber: Reaction(OrderCancelled, in_unit=close),
    }
    return {
        **found,
        **_files(begin, intake),
        **_money(begin, gateway),
        **_pictures(begin, studio),
        **_letters(post),
        **_invoices(registry, post),
        **mirrored(),
        **web_reactions(post, WebLinks(submission.links)),
    }


def _pictures(begin: Begin, studio: Studio) -> Reactions:
    async def restyle(event: StyleWished, _attempt: int) -> None:
        await make_style(begin, studio, event.job_id)

    return {MAKE_STYLE.subscriber: Reaction(StyleWished, outside=restyle)}


def _money(begin: Begin, gateway: PaymentGateway) -> Reactions:
    async def transfer(event: TransferWanted, attempt: int) -> None:
        await send_transfer(begin, gateway, event.transfer_id, attempt=attempt)

    return {SEND_TRANSFER.subscriber: Reaction(TransferWanted, outside=as_delivery(transfer))}


def _files(begin: Begin, intake: Intake) -> Reactions:
    def hold(unit: UnitOfWork, event: StoredFileDamaged) -> None:
        hold_prints_of(unit, event.file_name)

    async def measure(event: PartFileArrived, _attempt: int) -> None:
        await intake.measure_waiting(event.file_id)

    async def forget(event: PartFileDeleted, _attempt: int) -> None:
        await forget_unless_ordered(begin, intake.storage, event.file_id)

    async def forget_ordered(event: PartOrderMoved, _attempt: int) -> None:
        if event.status in OVER:
            await forget_when_over(begin, intake.storage, event.order_id)

    return {
        HOLD_DAMAGED.subscriber: Reaction(StoredFileDamaged, in_unit=hold),
        MEASURE.subscriber: Reaction(PartFileArrived, outside=measure),
        FORGET_BYTES.subscriber: Reaction(PartFileDeleted, outside=forget),
        FORGET_ORDERED.subscriber: Reaction(PartOrderMoved, outside=forget_ordered),
    }


def _invoices(registry: Registry, post: PostOffice) -> Reactions:
    def void(unit: UnitOfWork, event: OrderCancelled) -> None:
        void_when_cancelled(unit, event.order_id)

    @as_delivery
    async def make(event: InvoiceIssued | InvoiceWished, _attempt: int) -> None:
        await obtain_paper(registry, event.invoice_id)

    @as_delivery
    async def send(event: InvoiceRendered, _attempt: int) -> None:
        await send_invoice(post, registry.storage, event.invoice_id)

    return {
        VOID.subscriber: Reaction(OrderCancelled, in_unit=void),
        MAKE_PAPER.subscriber: Reaction(InvoiceIssued, outside=make),
        MAKE_PAPER_AGAIN.subscriber: Reaction(InvoiceWished, outside=make),
        SEND_INVOICE.subscriber: Reaction(InvoiceRendered, outside=send),
    }


def _letters(post: PostOffice) -> Reactions:
    @as_delivery
    async def confirm(event: UserRegistered | EmailConfirmationWished, _attempt: int) -> None:
        await send_confirmation(post, event.user_id)

    @as_delivery
    async def reset(event: PasswordResetWished, _attempt: int) -> None:
        await send_reset_letters(post, event.login)

    @as_delivery
    async def second_factor(event: SecondFactorChanged, _attempt: int) -> None:
        await send_second_factor_letter(post, event.user_id, event.cause)

    @as_delivery
    async def quote_answered(event: QuoteAnswered, _attempt: int) -> None:
        await tell_answered(post, event.quote_id)

    @as_delivery
    async def call(event: CallRequested, _attempt: int) -> None:
        await tell_staff(post, event.call_request_id)

    @as_delivery
    async def tell(event: PartOrderMoved, _attempt: int) -> None:
        await send_order_letter(post, event.order_id, event.status)

    return {
        TELL_CUSTOMER.subscriber: Reaction(PartOrderMoved, outside=tell),
        CONFIRM_NEW.subscriber: Reaction(UserRegistered, outside=confirm),
        CONFIRM.subscriber: Reaction(EmailConfirmationWished, outside=confirm),
        RESET.subscriber: Reaction(PasswordResetWished, outside=reset),
        SECOND_FACTOR.subscriber: Reaction(SecondFactorChanged, outside=second_factor),
        QUOTE_ANSWERED.subscriber: Reaction(QuoteAnswered, outside=quote_answered),
        TELL_STAFF.subscriber: Reaction(CallRequested, outside=call),
    }
