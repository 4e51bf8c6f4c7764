"""Which of our ports lead to neighbours, when one of them counts as away, and how he is asked whether he is back."""

from collections.abc import Mapping
from typing import Any

from makeline.adapters.gemini.image_model import GeminiStylist
from makeline.cases.production.print_partner import PartnerAway
from makeline.cases.styles.stylist import StylistAway, StylistMisconfigured
from makeline.commerce.documents.scanner import ScannerAway
from makeline.commerce.files.storage import Storage, StorageAway
from makeline.commerce.notices.mailer import MailTrouble
from makeline.commerce.payments.gateway import GatewayAway, PaymentGateway
from makeline.crm.gateway import CrmAway
from makeline.foundation.neighbour_watch import NeighbourWatch, Probe
from makeline.foundation.neighbours import PAYMENTS, PRINT_PARTNER, STORAGE, STYLES, STYLIST
from makeline.foundation.watched import watched
from makeline.kernel.errors import FailureKind

_AWAY = (StorageAway, GatewayAway, CrmAway, ScannerAway, StylistAway, StylistMisconfigured)
# Pictures are rare and take long: two of them that came to nothing are no chance.
_PICTURES = 2
_STORAGE_PATROL = 15.0
# He bears few questions about his whole catalogue.
_PARTNER_PAUSE = 30.0


def nobody_answered(error: BaseException) -> bool:
    """Whether a call met nobody, rather than somebody who says no."""
    if isinstance(error, MailTrouble):
        return error.kind is FailureKind.TRANSIENT
    # What stands below it is the partner speaking of one device or one payment.
    return isinstance(error, _AWAY) or type(error) is PartnerAway


def watch_port(port: Any, name: str, watch: NeighbourWatch) -> Any:
    """The port itself, with every call told to the watch."""
    return watched(port, name, away=nobody_answered, heard=watch.heard)


def stylist_called(first: Any, stand_in: Any) -> str:
    """By which name the stylist is watched: what his absence means depends on who stands in for him."""
    return STYLES if stand_in is None and isinstance(first, GeminiStylist) else STYLIST


def probes_of(storage: Storage, partner: Any, gateway: PaymentGateway, stylist: Any) -> Mapping[str, Probe]:
    """How neighbours are asked whether they are there. Nobody else can be asked without doing something."""
    probes = {STORAGE: Probe(storage.check, patrol=_STORAGE_PATROL), PAYMENTS: Probe(gateway.check)}
    if hasattr(partner, "list_brands"):
        probes[PRINT_PARTNER] = Probe(partner.list_brands, pause=_PARTNER_PAUSE)
    if isinstance(stylist, GeminiStylist):
        probes[STYLIST] = probes[STYLES] = Probe(stylist.check, enough=_PICTURES)
    return probes
