"""The line to the print partner: our account there, or the simulator that stands in for him."""

from makeline.adapters.print_partner.account import PartnerAccount
from makeline.adapters.print_partner.simulated_terminal import SimulatedTerminal
from makeline.adapters.print_partner.simulator.settings import (
    BASE_PATH,
    DEMO_ACCOUNT,
    DEMO_KEY,
    DEMO_PASSWORD,
)
from makeline.cases.kiosk.terminal import Terminal
from makeline.foundation.settings import Settings


def terminal_of(settings: Settings) -> Terminal | None:
    """The simulated partner's card terminal, to be played by hand."""
    if not settings.simulates_partner:
        return None
    return SimulatedTerminal(f"http://127.0.0.1:{settings.simulator_port}")


def partner_account(settings: Settings) -> PartnerAccount:
    """The account at the partner, or at the simulator that stands in for him."""
    partner = settings.partner
    if settings.simulates_partner:
        return PartnerAccount(
            base_url=f"http://127.0.0.1:{settings.simulator_port}{BASE_PATH}",
            account=DEMO_ACCOUNT,
            password=DEMO_PASSWORD,
            key=DEMO_KEY,
        )
    return PartnerAccount(
        base_url=partner.partner_base_url,
        account=partner.partner_account,
        password=partner.partner_password.get_secret_value(),
        key=partner.partner_key.get_secret_value(),
    )
