"""How often each kind of caller may call."""

from makeline.cases.kiosk.door import Rates
from makeline.foundation.settings import Settings


def rates_of(settings: Settings) -> Rates:
    """Calls a minute, as the settings have them."""
    limits = settings.limits
    return Rates(
        partner=limits.limit_partner,
        address=limits.limit_address,
        session=limits.limit_session,
        session_address=limits.limit_session_address,
        guest=limits.limit_guest,
        enrolment=limits.limit_enrolment,
        account=limits.limit_account,
    )
