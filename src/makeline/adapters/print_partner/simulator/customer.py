"""The simulated customer at a machine's card terminal."""

from sqlite3 import Row

from makeline.adapters.print_partner.simulator.messenger import Messenger
from makeline.adapters.print_partner.simulator.workshop import Workshop

_OUTCOMES: dict[str, tuple[int, ...]] = {
    "pays": (3,),
    "declines": (4,),
    "pays_twice": (3, 5),
    "walks_away": (),
}
_PAID = 3


class Customer:
    """Pays, declines, walks away, or pays twice (the second time is abnormal)."""

    def __init__(self, workshop: Workshop, messenger: Messenger) -> None:
        self._workshop = workshop
        self._messenger = messenger

    async def act(self, row: Row) -> None:
        """Planned behaviour: nothing happens if the payment was settled otherwise meanwhile."""
        ledger = self._workshop.ledger
        with ledger.change():
            payment = ledger.one("SELECT status FROM payments WHERE third_id = ?", row["about"])
            if payment is not None and payment["status"] in (1, 2):
                self._behave(row["about"], row["stage"])
            ledger.done(row["seq"])

    def act_now(self, third_id: str, behaviour: str) -> bool:
        """Somebody plays the customer by hand; False when there is no such open payment."""
        ledger = self._workshop.ledger
        with ledger.change():
            payment = ledger.one("SELECT status, pay_type FROM payments WHERE third_id = ?", third_id)
            if payment is None or payment["status"] == _PAID or behaviour not in _OUTCOMES:
                return False
            ledger.run("DELETE FROM work WHERE kind = 'customer' AND about = ?", (third_id,))
            self._behave(third_id, behaviour)
        return True

    def _behave(self, third_id: str, behaviour: str) -> None:
        now = self._workshop.clock()
        outcomes = _OUTCOMES[behaviour]
        for status in outcomes:
            self._messenger.plan("payment", third_id, status, now)
        for status in outcomes[:1]:
            self._workshop.ledger.move_payment(third_id, status, "customer", now)
        if self._workshop.switches.shuffle and outcomes[:1] == (_PAID,):
            # Notices that were overtaken by the final one.
            for status in (1, 2, 4):
                self._messenger.plan("payment", third_id, status, now)
