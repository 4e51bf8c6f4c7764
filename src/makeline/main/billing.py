"""Settings become the way this house writes invoices; an embedded shop without a bank writes in the name of a sample."""

from makeline.adapters.drawing.invoice_press import PdfInvoicePress
from makeline.commerce.invoices.billing import Billing
from makeline.commerce.invoices.parties import Seller
from makeline.commerce.invoices.source import InvoiceSource, NoSource
from makeline.commerce.invoices.states import Origin
from makeline.crm.paper_office import PaperOffice
from makeline.crm.papers import CrmPapers
from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import Profile
from makeline.foundation.unit_of_work import Begin

# Its numbers have the right check digits and belong to nobody we know.
SAMPLE = Seller(
    name="ООО «Мейклайн Образец»",
    inn="7701000428",
    kpp="770101001",
    address="101000, г. Москва, ул. Образцовая, д.\u00a01",
    phone="+7 495 000-00-00",
    email="invoices@makeline.example",
    bank_name="АО «Банк Образец», г. Москва",
    bik="044525999",
    account="40702810300000000042",
    correspondent_account="30101810600000000999",
    director="Образцова А. А.",
    accountant="Образцов Б. Б.",
)


def billing_of(settings: Settings) -> Billing:
    """Where invoices come from, in whose name, in which language and by whose calendar."""
    said = settings.invoices
    return Billing(
        origin=Origin(said.invoices_from),
        seller=_seller(settings),
        language=said.invoice_language,
        zone=settings.seller.seller_zone,
        days=said.invoice_days,
    )


def invoice_source_of(settings: Settings, begin: Begin, office: PaperOffice | None) -> InvoiceSource:
    """Our own press, or the CRM; nobody while none is connected."""
    if settings.invoices.invoices_from == "own":
        return PdfInvoicePress()
    return NoSource() if office is None else CrmPapers(begin, office)


def _seller(settings: Settings) -> Seller:
    said = settings.seller
    if settings.place.profile is Profile.EMBEDDED and not said.seller_account:
        return SAMPLE._replace(name=said.seller_name or SAMPLE.name)
    lines = (line.strip() for line in said.seller_address.split(";"))
    return Seller(
        name=said.seller_name,
        inn=said.seller_inn,
        kpp=said.seller_kpp,
        address=", ".join(filter(None, lines)),
        phone=said.seller_phone,
        email=said.seller_email,
        bank_name=said.seller_bank_name,
        bik=said.seller_bik,
        account=said.seller_account,
        correspondent_account=said.seller_correspondent_account,
        iban=said.seller_iban,
        swift=said.seller_swift,
        director=said.seller_director,
        accountant=said.seller_accountant,
    )
