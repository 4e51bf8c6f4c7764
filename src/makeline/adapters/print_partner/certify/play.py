"""All checks in their order; each goes on from what the ones before have found."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime

from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.certify.bench import Bench
from makeline.adapters.print_partner.certify.conversation import Conversation
from makeline.adapters.print_partner.certify.lists import LISTS
from makeline.adapters.print_partner.certify.notices import ORDER_NOTICES, PAYMENT_NOTICES
from makeline.adapters.print_partner.certify.orders import ORDERS, TOO_EARLY
from makeline.adapters.print_partner.certify.payments import PAYMENTS, SETTLED
from makeline.adapters.print_partner.certify.sign_ins import SIGN_IN, SIGNATURE, TRANSPORT
from makeline.adapters.print_partner.certify.stand import Stand
from makeline.adapters.print_partner.certify.verdicts import Failed, NotTried, Outcome, Plan, Verdict

Check = Callable[[Bench], Awaitable[str]]
"""A sentence as its name, what the documents say as its docstring; returns what was found, or raises."""

SECTIONS: tuple[tuple[str, tuple[Check, ...]], ...] = (
    ("Sign-in", SIGN_IN),
    ("Signature", SIGNATURE),
    ("Lists", LISTS),
    ("Payments", PAYMENTS),
    ("Orders", TOO_EARLY),
    ("Payments", SETTLED),
    ("Orders", ORDERS),
    ("Notices", PAYMENT_NOTICES),
    ("Notices", ORDER_NOTICES),
    ("Transport", TRANSPORT),
)


async def certify(
    account: PartnerAccount, *, plan: Plan, stand: Stand, now: datetime, clock: Callable[[], float]
) -> AsyncIterator[Verdict]:
    """Verdicts as they are reached. ``clock`` counts seconds, ``now`` dates the ids we make."""
    talk = Conversation(account, clock=clock)
    bench = Bench(plan, talk, stand, now)
    try:
        for section, checks in SECTIONS:
            for check in checks:
                yield await tried(bench, section, check)
    finally:
        await talk.close()


async def tried(bench: Bench, section: str, check: Check) -> Verdict:
    """One check on this bench, with the calls it made."""
    before = len(bench.talk.calls)
    try:
        outcome, found = Outcome.PASSED, await check(bench)
    except Failed as failed:
        outcome, found = Outcome.FAILED, str(failed)
    except NotTried as missing:
        outcome, found = Outcome.NOT_TRIED, str(missing)
    name = getattr(check, "__name__", "").replace("_", " ").capitalize()
    documents = " ".join((check.__doc__ or "").split())
    return Verdict(section, name, documents, outcome, found, tuple(bench.talk.calls[before:]))
