"""Who is calling, as far as machines are concerned, and what of theirs he may touch."""

from dataclasses import dataclass

from makeline.cases.machines.models import Machine
from makeline.cases.machines.scopes import EVERY_SCOPE, Scope
from makeline.kernel.errors import NotAllowed, NotFound, Refusal, Unrecognised


@dataclass(frozen=True, slots=True)
class Caller:
    """A recognised or unrecognised caller.

    ``partner_id`` names the partner whose machines are his own, ``machine_id`` narrows it to one machine;
    ``test_machines`` says that test machines are open to anyone; ``from_browser`` bars what a browser may never do.
    ``scopes`` are what his key is good for, ``key_prefix`` names it; ``address_only`` says that nothing but his
    address speaks for him, which is not enough to make money true. ``calls_a_minute``: his partner's own limit, where
    there is one.
    """

    name: str
    address: str
    partner_id: int | None = None
    machine_id: int | None = None
    test_machines: bool = True
    from_browser: bool = False
    token_hash: str | None = None
    scopes: frozenset[Scope] = EVERY_SCOPE
    key_prefix: str | None = None
    address_only: bool = False
    calls_a_minute: int | None = None

    @property
    def scope(self) -> str:
        """Whose idempotency keys these are; two phones never share theirs."""
        return f"{self.name} {self.token_hash or ''}"

    @property
    def recognised(self) -> bool:
        """Whether a credential or an address speaks for him."""
        return self.partner_id is not None

    def operates(self, machine: Machine) -> bool:
        """Whether the machine is his own, or a test machine that is open to anyone."""
        if machine.is_test and self.test_machines:
            return True
        if self.machine_id is not None and self.machine_id != machine.id:
            return False
        return self.partner_id is not None and self.partner_id == machine.partner_id

    def must_operate(self, machine: Machine) -> None:
        """Refuse whoever does not operate the machine."""
        if not self.operates(machine):
            raise self.refusal("this call needs the credential of the machine's operator")

    def must_hold(self, scope: str) -> None:
        """Refuse a key that was made for other calls."""
        if self.recognised and scope not in self.scopes:
            held = ", ".join(sorted(self.scopes))
            raise NotAllowed(f"this call needs a key with the scope {scope}; yours has {held}", scope=scope)

    def refusal(self, message: str) -> Refusal:
        """The no for something that is not his: known callers learn nothing of others' things."""
        return NotFound("there is no such thing") if self.recognised else Unrecognised(message)
