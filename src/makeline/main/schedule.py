"""What runs every so often."""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from makeline.adapters.stripe.routes.webhook import forget_old_events
from makeline.cases.kiosk.ask import ask_about_payments, payments_hang
from makeline.cases.kiosk.close import expire_sessions, sessions_ran_out
from makeline.cases.kiosk.notice import apply_waiting_notices, forget_old_hints, notices_wait
from makeline.cases.machines.audit import forget_old_signed_calls
from makeline.cases.machines.enrol import forget_old_codes
from makeline.cases.machines.refused_calls import forget_old_refused_calls
from makeline.cases.machines.signatures import forget_old_nonces
from makeline.cases.privacy.forget_drafts import forget_old_drafts
from makeline.cases.privacy.purge import pictures_are_due, purge
from makeline.cases.production.ask import ask_about_prints, prints_are_silent
from makeline.cases.production.questions import forget_old_questions
from makeline.cases.shop.cancel_order import expire_orders, orders_ran_out
from makeline.cases.stock.sync import sync_stock
from makeline.commerce.accounts.mail_links import forget_old_mail_links
from makeline.commerce.accounts.sign_in import forget_old_sign_ins
from makeline.commerce.accounts.staff_session import forget_old_staff_sessions
from makeline.commerce.documents.remove import sweep_documents
from makeline.commerce.files.accesses import forget_old_accesses
from makeline.commerce.files.adopt import GRACE, LOOKS, adopt_orphans
from makeline.commerce.payments.audit import audit_payments
from makeline.commerce.payments.look import has_silent_pages, holds_lapse, reconcile, take_before_lapse
from makeline.foundation.chores import Chore
from makeline.foundation.idempotency import forget_old_keys
from makeline.foundation.promises import forget_kept_promises
from makeline.foundation.unit_of_work import UnitOfWork
from makeline.main.demo_files import load_demo_files
from makeline.main.privacy_cli import clocks_of
from makeline.main.wiring import House
from makeline.parts.geometry.remove import delete_expired_files, files_expired
from makeline.parts.geometry.sweep import sweep_uploads
from makeline.parts.quotes.close import expire_quotes

# A difference that nobody saw in a month is found by the accountant.
_AUDITED = timedelta(days=35)
# The whole storage is looked through once a day, a part of it at a time.
_LOOK_EVERY = timedelta(days=1) / LOOKS
_KEEP_DONE = timedelta(days=14)
# A round takes a few hundred pictures: so many rounds at a time keep up with half a million a day.
_MOST_PURGES = 10
# Other chores of this worker wait for so long, and for the question that is under way then.
_SYNC_PATIENCE = timedelta(seconds=60)


def schedule(house: House) -> Sequence[Chore]:
    """The chores of the house."""
    begin = house.database.begin
    asking = house.settings.partner

    async def sync_with_partner() -> None:
        # A simulated partner invents his counts: asked by hand, never by the clock.
        if not house.settings.simulates_partner:
            await sync_stock(begin, house.shelf, patience=_SYNC_PATIENCE)

    async def sweep_papers() -> None:
        await sweep_documents(begin, house.storage)

    async def sweep_announced() -> None:
        await sweep_uploads(begin, house.storage)

    return (
        *_showing(house),
        *_collecting(house),
        *_asking(house),
        *_purging(house),
        # Always done, so that whoever looks sees that a worker is there.
        Chore("quotes.expire", timedelta(minutes=1), in_unit=expire_quotes),
        Chore("geometry.sweep_uploads", timedelta(minutes=10), outside=sweep_announced),
        Chore("documents.sweep", timedelta(hours=1), outside=sweep_papers),
        Chore(
            "kiosk.apply_waiting_notices",
            timedelta(seconds=5),
            in_unit=apply_waiting_notices,
            wanted=notices_wait,
        ),
        Chore("stock.sync", timedelta(minutes=asking.partner_sync_minutes), outside=sync_with_partner),
        Chore(
            "kiosk.expire_sessions", timedelta(seconds=5), in_unit=expire_sessions, wanted=sessions_ran_out
        ),
        *_forgetting(timedelta(days=house.settings.privacy.keep_accesses_days)),
    )


def _asking(house: House) -> Iterator[Chore]:
    """What the print partner did not tell us of."""
    begin, partner, told = house.database.begin, house.partner, house.settings.partner
    late = timedelta(minutes=told.partner_payment_late_minutes)
    silence = timedelta(minutes=told.partner_print_late_minutes)

    async def ask_about_late_payments() -> None:
        await ask_about_payments(begin, partner, late=late)

    async def ask_about_silent_prints() -> None:
        await ask_about_prints(begin, partner, silence=silence)

    hanging, silent = partial(payments_hang, late=late), partial(prints_are_silent, silence=silence)
    yield Chore(
        "kiosk.ask_about_payments", timedelta(seconds=30), outside=ask_about_late_payments, wanted=hanging
    )
    yield Chore(
        "production.ask_about_prints", timedelta(seconds=60), outside=ask_about_silent_prints, wanted=silent
    )


def _collecting(house: House) -> Iterator[Chore]:
    """Money of the web that nobody told us of, holds that are about to end, and orders that nobody paid."""
    begin, told = house.database.begin, house.settings.checkout
    margin = timedelta(hours=told.hold_margin_hours)

    silent = timedelta(seconds=told.checkout_silence_seconds)

    async def reconcile_checkouts() -> None:
        await reconcile(begin, house.till, silent=silent)

    asked = partial(has_silent_pages, silent=silent)
    yield Chore("shop.expire_orders", timedelta(seconds=20), in_unit=expire_orders, wanted=orders_ran_out)
    yield Chore("payments.reconcile", timedelta(seconds=10), outside=reconcile_checkouts, wanted=asked)

    async def audit() -> None:
        await audit_payments(begin, house.gateway, since=_AUDITED)

    yield Chore("payments.audit", timedelta(hours=24), outside=audit)
    yield Chore(
        "payments.take_before_lapse",
        timedelta(minutes=10),
        in_unit=partial(take_before_lapse, within=margin),
        wanted=partial(holds_lapse, within=margin),
    )


def _purging(house: House) -> Iterator[Chore]:
    """Customers' pictures whose time is over."""
    clocks = clocks_of(house.settings)

    async def purge_pictures() -> None:
        for _ in range(_MOST_PURGES):
            done = await purge(house.database.begin, house.database.read, house.storage, clocks)
            # A round may do no more than give two hundred pictures that are still needed a later clock.
            if not done.looked_at:
                break

    yield Chore("privacy.purge", timedelta(minutes=5), outside=purge_pictures, wanted=pictures_are_due)

    async def adopt() -> None:
        now = house.database.clock()
        look = int(now.timestamp() // _LOOK_EVERY.total_seconds())
        await adopt_orphans(house.database.begin, house.storage, look=look, written_before=now - GRACE)

    yield Chore("files.adopt_orphans", _LOOK_EVERY, outside=adopt)

    forget = partial(forget_old_drafts, clocks=clocks)
    yield Chore("privacy.forget_drafts", timedelta(minutes=30), in_unit=forget)


def _showing(house: House) -> Iterator[Chore]:
    """Demo files, one after the other: the other chores of this worker wait while one is measured."""
    if house.settings.parts.demo_files != "on":
        return
    complete = False

    async def show() -> None:
        nonlocal complete
        if not complete:
            complete = not await load_demo_files(house, most=1)

    yield Chore("geometry.load_demo_files", timedelta(seconds=2), outside=show)


def _forgetting(accesses: timedelta) -> Iterator[Chore]:
    """Rows whose time is over."""

    def forget(name: str, every: timedelta, verb: Callable[[UnitOfWork], object]) -> Chore:
        return Chore(name, every, in_unit=verb, together=True)

    yield Chore(
        "geometry.delete_expired_files",
        timedelta(minutes=10),
        in_unit=delete_expired_files,
        wanted=files_expired,
    )
    yield forget("production.forget_old_questions", timedelta(hours=1), forget_old_questions)
    yield forget("kiosk.forget_old_hints", timedelta(hours=1), forget_old_hints)
    yield forget("machines.forget_old_codes", timedelta(hours=1), forget_old_codes)
    yield forget("machines.forget_old_signed_calls", timedelta(hours=6), forget_old_signed_calls)
    yield forget("machines.forget_old_nonces", timedelta(minutes=2), forget_old_nonces)
    yield forget("machines.forget_old_refused_calls", timedelta(hours=1), forget_old_refused_calls)
    # Before the sign-ins that they lean on.
    yield forget("accounts.forget_old_staff_sessions", timedelta(hours=1), forget_old_staff_sessions)
    yield forget("accounts.forget_old_sign_ins", timedelta(hours=6), forget_old_sign_ins)
    yield forget("accounts.forget_old_mail_links", timedelta(hours=1), forget_old_mail_links)
    yield forget("stripe.forget_old_events", timedelta(hours=6), forget_old_events)
    yield forget(
        "files.forget_old_accesses",
        timedelta(hours=6),
        lambda unit: forget_old_accesses(unit, older_than=accesses),
    )
    yield forget("idempotency.forget_old_keys", timedelta(minutes=10), forget_old_keys)
    yield forget(
        "outbox.forget_kept_promises",
        timedelta(minutes=30),
        lambda unit: forget_kept_promises(unit, older_than=_KEEP_DONE),
    )
