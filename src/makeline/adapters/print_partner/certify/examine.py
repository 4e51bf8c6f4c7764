"""A look that leaves nothing behind: does our account open the partner's server, and are our machines there?"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.certify.bench import Bench
from makeline.adapters.print_partner.certify.conversation import Conversation
from makeline.adapters.print_partner.certify.lists import (
    brands_have_an_id_and_both_names,
    stock_of_the_device_has_shells_with_sizes_as_texts,
)
from makeline.adapters.print_partner.certify.play import Check, tried
from makeline.adapters.print_partner.certify.sign_ins import (
    a_right_signature_over_text_and_numbers_is_accepted,
    a_wrong_signature_is_refused,
    every_answer_comes_within_thirty_seconds,
    every_answer_has_http_status_200_and_the_envelope,
    our_account_and_password_give_a_token,
)
from makeline.adapters.print_partner.certify.stand import Stand
from makeline.adapters.print_partner.certify.verdicts import Outcome, Plan, Verdict

_BEFORE: tuple[Check, ...] = (
    our_account_and_password_give_a_token,
    a_right_signature_over_text_and_numbers_is_accepted,
    a_wrong_signature_is_refused,
    brands_have_an_id_and_both_names,
)
_AFTER: tuple[Check, ...] = (
    every_answer_has_http_status_200_and_the_envelope,
    every_answer_comes_within_thirty_seconds,
)


async def examine(
    account: PartnerAccount, *, devices: Sequence[str], now: datetime, clock: Callable[[], float]
) -> AsyncIterator[Verdict]:
    """Verdicts about the account, then about each device; stops after a sign-in that fails."""
    talk = Conversation(account, clock=clock)
    bench = _bench("", talk, now)
    try:
        for check in _BEFORE:
            verdict = await tried(bench, "account", check)
            yield verdict
            # Without a token nothing else says anything, and repeated sign-ins may lock the account.
            if not talk.token and verdict.outcome is Outcome.FAILED:
                return
        for device in devices:
            place = _bench(device, talk, now)
            place.brands = bench.brands
            yield await tried(place, device, stock_of_the_device_has_shells_with_sizes_as_texts)
        for check in _AFTER:
            yield await tried(bench, "account", check)
    finally:
        await talk.close()


def _bench(device: str, talk: Conversation, now: datetime) -> Bench:
    return Bench(Plan(device=device, prints=False, reached=False), talk, Stand(""), now)
