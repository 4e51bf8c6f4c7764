"""What all parts of the simulated partner share: settings, switches as they stand, ledger, shelf, clock."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from decimal import Decimal

from makeline.adapters.print_partner.simulator import refusals
from makeline.adapters.print_partner.simulator.complaints import Listings
from makeline.adapters.print_partner.simulator.ledger import Ledger
from makeline.adapters.print_partner.simulator.refusals import Refused
from makeline.adapters.print_partner.simulator.settings import SimulatorSettings, Switches
from makeline.adapters.print_partner.simulator.shelf import Shelf, Shell


@dataclass(slots=True)
class Workshop:
    """One simulated partner. ``clock`` gives seconds since 1970; plans are kept in it across restarts."""

    settings: SimulatorSettings
    ledger: Ledger
    shelf: Shelf
    clock: Callable[[], float]
    switches: Switches = field(init=False)
    listings: Listings = field(init=False)

    def __post_init__(self) -> None:
        self.switches = self.settings.switches
        self.listings = Listings()

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

    def size_in(self, device: str, item: Shell) -> tuple[str, str] | None:
        """Width and height of a shell in a device as they are listed; None where they are missing."""
        size = self.switches.sizes.get(device, {}).get(item.shell, (str(item.width_mm), str(item.height_mm)))
        return None if size is None else (size[0], size[1])

    def canvas_in(self, device: str, shell: str) -> tuple[int, int]:
        """Pixels of a print for a shell in a device; none for a shell without a size."""
        item = self.shelf.shells.get(shell)
        size = self.size_in(device, item) if item is not None else None
        if item is None or size is None:
            return 0, 0
        try:
            return replace(item, width_mm=Decimal(size[0]), height_mm=Decimal(size[1])).canvas
        except ArithmeticError:
            return 0, 0

    def blanks(self, device: str, shell: str) -> int:
        """How many blanks a device holds."""
        return self.ledger.blanks(device, shell, self.settings.blanks_per_model)
