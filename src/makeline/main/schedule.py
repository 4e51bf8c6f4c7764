"""What runs every so often."""

from collections.abc import Sequence
from datetime import timedelta

from makeline.cases.kiosk.ask import ask_about_payments
from makeline.cases.kiosk.close import expire_sessions
from makeline.cases.kiosk.notice import apply_waiting_notices
from makeline.cases.machines.signatures import forget_old_nonces
from makeline.foundation.chores import Chore
from makeline.foundation.idempotency import forget_old_keys
from makeline.foundation.promises import forget_kept_promises
from makeline.main.wiring import House

_KEEP_DONE = timedelta(days=14)


def schedule(house: House) -> Sequence[Chore]:
    """The chores of the house."""
    begin = house.database.begin

    async def expire() -> None:
        await begin(expire_sessions, actor="clock")

    async def forget_keys() -> None:
        await begin(forget_old_keys, actor="clock")

    async def forget_promises() -> None:
        await begin(lambda unit: forget_kept_promises(unit, older_than=_KEEP_DONE), actor="clock")

    async def forget_nonces() -> None:
        await begin(forget_old_nonces, actor="clock")

    async def apply_notices() -> None:
        await begin(apply_waiting_notices, actor="clock")

    async def ask_partner() -> None:
        await ask_about_payments(begin, house.partner)

    return (
        Chore("kiosk.apply_waiting_notices", timedelta(seconds=5), apply_notices),
        Chore("kiosk.ask_about_payments", timedelta(seconds=60), ask_partner),
        Chore("kiosk.expire_sessions", timedelta(seconds=5), expire),
        Chore("machines.forget_old_nonces", timedelta(minutes=2), forget_nonces),
        Chore("idempotency.forget_old_keys", timedelta(minutes=10), forget_keys),
        Chore("outbox.forget_kept_promises", timedelta(minutes=30), forget_promises),
    )
