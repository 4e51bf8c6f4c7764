"""What all parts of the simulated partner share: settings, switches as they stand, ledger, shelf, clock."""

from collections.abc import Callable
from dataclasses import dataclass, field

from makeline.adapters.print_partner.simulator import refusals
from makeline.adapters.print_partner.simulator.ledger import Ledger
from makeline.adapters.print_partner.simulator.refusals import Refused
from makeline.adapters.print_partner.simulator.settings import SimulatorSettings, Switches
from makeline.adapters.print_partner.simulator.shelf import Shelf


@dataclass(slots=True)
class Workshop:
    """One simulated partner. ``clock`` gives seconds since 1970; plans are kept in it across restarts."""

    settings: SimulatorSettings
    ledger: Ledger
    shelf: Shelf
    clock: Callable[[], float]
    switches: Switches = field(init=False)

    def __post_init__(self) -> None:
        self.switches = self.settings.switches

    def condition(self, device: str) -> str:
        """One of the device conditions: switched, told by the name's beginning, or by the list of devices."""
        if device in self.switches.devices:
            return self.switches.devices[device]
        for beginning in ("offline", "forbidden", "flaky"):
            if device.startswith(beginning.upper()):
                return beginning
        if device not in self.shelf.devices and self.switches.unknown_devices == "forbidden":
            return "forbidden"
        return "offline" if self.switches.offline else "online"

    def check_ours(self, device: str) -> None:
        """Refuse a device that is not assigned to the account."""
        if self.condition(device) == "forbidden":
            raise Refused(refusals.FORBIDDEN)

    def check_usable(self, device: str, about: str) -> None:
        """Refuse a device that cannot work now; a flaky one refuses the first call about each id."""
        self.check_ours(device)
        condition = self.condition(device)
        if condition == "offline":
            raise Refused(refusals.OFFLINE)
        refused_before = "SELECT 1 FROM refusals WHERE third_id = ? AND msg = ?"
        if condition == "unavailable" or (
            condition == "flaky" and self.ledger.one(refused_before, about, refusals.UNAVAILABLE) is None
        ):
            raise Refused(refusals.UNAVAILABLE)

    def blanks(self, device: str, shell: str) -> int:
        """How many blanks a device holds."""
        return self.ledger.blanks(device, shell, self.settings.blanks_per_model)
