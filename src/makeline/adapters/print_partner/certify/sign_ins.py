"""Transport, sign-in and signature: what holds for every call."""

from makeline.adapters.print_partner.answers import trouble_of
from makeline.adapters.print_partner.certify.bench import Bench
from makeline.adapters.print_partner.certify.verdicts import Failed
from makeline.adapters.print_partner.signature import seal
from makeline.cases.production.print_partner import PartnerMisconfigured

_LOGIN_AGAIN = 401
_SLOW = 30.0


async def our_account_and_password_give_a_token(bench: Bench) -> str:
    """user/login answers code 200 and an object with id, account and token, all texts."""
    account = bench.talk.account
    answer = await bench.talk.call("user/login", {"account": account.account, "password": account.password})
    if answer.envelope.code != 200:
        raise Failed(f"code {answer.envelope.code}: {bench.talk.hide(answer.envelope.text)}")
    data = answer.data if isinstance(answer.data, dict) else {}
    wrong = [name for name in ("id", "account", "token") if not isinstance(data.get(name), str)]
    if wrong:
        raise Failed(f"not a text: {', '.join(wrong)}")
    await bench.talk.sign_in()
    return "signed in, twice; the newer token is used from here on"


async def a_wrong_password_is_refused(bench: Bench) -> str:
    """Any sign-in with a wrong password answers a code other than 200."""
    fields = {"account": bench.talk.account.account, "password": "certainly-wrong"}
    answer = await bench.must_refuse("user/login", fields)
    return f"refused with code {answer.envelope.code}: {answer.envelope.text}"


async def a_token_that_is_none_asks_for_a_new_sign_in(bench: Bench) -> str:
    """Calls with an unknown or ended token answer code 401: log in again."""
    answer = await bench.must_refuse("brand/list", {}, token="no-such-token")  # noqa: S106
    if answer.envelope.code != _LOGIN_AGAIN:
        raise Failed(
            f"refused with code {answer.envelope.code}, so nobody knows that a new sign-in would help"
        )
    return "refused with code 401"


async def after_a_new_sign_in_calls_go_on(bench: Bench) -> str:
    """A token renewed after code 401 opens every other call."""
    await bench.talk.sign_in()
    await bench.talk.ask("brand/list", {})
    return "the renewed token opens brand/list"


async def a_right_signature_over_text_and_numbers_is_accepted(bench: Bench) -> str:
    """The values of the top-level fields, sorted by name, then mobileShell and the key, as MD5 in lower-case hex."""
    await bench.talk.ask("shop/list", {"page": 1, "rows": 10})
    await bench.talk.ask("brand/list", {})
    return "accepted for an empty body and for one with numbers"


async def a_right_signature_over_a_list_of_ids_is_accepted(bench: Bench) -> str:
    """A list whose first element is no object signs as an empty body."""
    await bench.talk.ask("order/getPayStatus", [bench.payment_id()])
    return "accepted"


async def a_wrong_signature_is_refused(bench: Bench) -> str:
    """A wrong sign answers code 500, "Data signature failed"."""
    answer = await bench.must_refuse("shop/list", {"page": 1, "rows": 10}, sign="0" * 32)
    return _words_of_a_signature(bench, answer.envelope.code, trouble_of(answer.envelope))


async def a_signature_made_with_another_key_is_refused(bench: Bench) -> str:
    """Only the key of this account signs for it."""
    fields = {"page": 1, "rows": 10}
    foreign = seal(fields, key="A" * 28, system_name=bench.talk.account.system_name).sign
    answer = await bench.must_refuse("shop/list", fields, sign=foreign)
    return _words_of_a_signature(bench, answer.envelope.code, trouble_of(answer.envelope))


async def a_signature_over_other_figures_is_refused(bench: Bench) -> str:
    """The signature covers the values: other values need another signature."""
    other = seal({"page": 2, "rows": 10}, key=bench.talk.account.key).sign
    answer = await bench.must_refuse("shop/list", {"page": 1, "rows": 10}, sign=other)
    return _words_of_a_signature(bench, answer.envelope.code, trouble_of(answer.envelope))


async def every_answer_has_http_status_200_and_the_envelope(bench: Bench) -> str:
    """HTTP 200 always, also for errors; the body is an object with msg (text) and code (whole number)."""
    odd = [f"{call.path} ({call.status or 'no answer'})" for call in bench.talk.calls if call.status != 200]
    if odd:
        raise Failed(f"other than 200: {', '.join(odd[:10])}")
    return f"{len(bench.talk.calls)} calls, all with status 200"


async def every_answer_comes_within_thirty_seconds(bench: Bench) -> str:
    """Calls usually take below half a second; after 30 s we stop waiting and ask what became of them."""
    slowest = max(bench.talk.calls, key=lambda call: call.seconds)
    if slowest.seconds >= _SLOW:
        raise Failed(f"{slowest.path} took {slowest.seconds:.1f} s")
    return f"the slowest was {slowest.path} with {slowest.seconds:.2f} s"


def _words_of_a_signature(bench: Bench, code: int, trouble: Exception) -> str:
    if not isinstance(trouble, PartnerMisconfigured):
        raise Failed(
            f"refused, but in words that do not say why: code {code}, {bench.talk.hide(str(trouble))}"
        )
    return f"refused with code {code}: {trouble}"


SIGN_IN = (
    our_account_and_password_give_a_token,
    a_wrong_password_is_refused,
    a_token_that_is_none_asks_for_a_new_sign_in,
    after_a_new_sign_in_calls_go_on,
)
SIGNATURE = (
    a_right_signature_over_text_and_numbers_is_accepted,
    a_right_signature_over_a_list_of_ids_is_accepted,
    a_wrong_signature_is_refused,
    a_signature_made_with_another_key_is_refused,
    a_signature_over_other_figures_is_refused,
)
TRANSPORT = (
    every_answer_has_http_status_200_and_the_envelope,
    every_answer_comes_within_thirty_seconds,
)
