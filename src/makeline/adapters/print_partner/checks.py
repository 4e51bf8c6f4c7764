"""What the partner is known to refuse, refused before the call: cheaper, and with a reason that names the field."""

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from makeline.adapters.print_partner.dialect import OwnKind, parse_own_id
from makeline.cases.production.print_partner import PartnerRefused, PaymentAnnouncement, PrintOrder

LONGEST_PICTURE_ADDRESS = 1000
_LARGEST_MINOR = 10_000_00
_CURRENCY = "GBP"


def check_announcement(announcement: PaymentAnnouncement) -> None:
    """Raise ``PartnerRefused`` for a payment the partner cannot take."""
    check_own_ids(OwnKind.PAYMENT, (announcement.reference,))
    if announcement.amount.currency != _CURRENCY:
        raise PartnerRefused(f"the partner takes {_CURRENCY} only, not {announcement.amount.currency}")
    if not 0 < announcement.amount.minor <= _LARGEST_MINOR:
        raise PartnerRefused("the amount must be above 0 and at most 10,000 pounds")
    _check_keys(model=announcement.partner_model, device=announcement.device)


def check_order(order: PrintOrder) -> None:
    """Raise ``PartnerRefused`` for a print the partner cannot make."""
    check_own_ids(OwnKind.ORDER, (order.reference,))
    check_own_ids(OwnKind.PAYMENT, (order.payment_reference,))
    _check_keys(model=order.partner_model, shell=order.shell, device=order.device)
    problem = picture_address_problem(order.picture_url)
    if problem is not None:
        raise PartnerRefused(f"the picture address {problem}")


def check_own_ids(kind: OwnKind, references: Sequence[str]) -> None:
    """Raise ``PartnerRefused`` unless each is one of our ids of that kind."""
    for reference in references:
        own = parse_own_id(reference)
        if own is None or own.kind is not kind:
            raise PartnerRefused(f"{reference[:40]!r} is not one of our {kind} ids")


def picture_address_problem(address: str) -> str | None:
    """What is wrong with a picture address for printers, or None: http(s), a host, one token, 1,000 characters."""
    if len(address) > LONGEST_PICTURE_ADDRESS:
        return f"is longer than {LONGEST_PICTURE_ADDRESS} characters"
    if not address.isascii() or not address.isprintable() or " " in address:
        return "has characters that an address cannot have"
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return "is not an address"
    if parts.scheme not in ("http", "https") or not host:
        return "must start with http:// or https:// and name a host"
    tokens = [value for name, value in parse_qsl(parts.query) if name == "token"]
    if len(tokens) != 1 or address.count("token=") != 1:
        return "must hold its token exactly once"
    return None


def _check_keys(**keys: str) -> None:
    for name, value in keys.items():
        if not value or len(value) > 100 or not value.isprintable():
            raise PartnerRefused(f"the {name} is missing or malformed")
