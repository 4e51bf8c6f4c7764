"""In whose name invoices are written: the seller's of the settings, or the sample's while nobody has a bank."""

from makeline.adapters.drawing.invoice_press import PdfInvoicePress
from makeline.commerce.invoices.source import NoSource
from makeline.commerce.invoices.states import Origin
from makeline.crm.papers import CrmPapers
from makeline.kernel.company import company_problems
from makeline.main.billing import SAMPLE, billing_of, invoice_source_of
from makeline.main.mirror import crm_of, paper_office_of
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import settings_of


def test_the_sample_is_plausible():
    said = {name: getattr(SAMPLE, name) for name in ("inn", "kpp", "bik", "account", "correspondent_account")}
    assert all(said.values())
    assert not list(company_problems(**said))


def test_an_embedded_shop_bills_as_the_sample_under_its_own_name():
    assert billing_of(settings_of()).seller == SAMPLE
    assert billing_of(settings_of(seller_name="ООО «Деталь»")).seller == SAMPLE._replace(name="ООО «Деталь»")


def test_who_has_an_account_bills_as_himself():
    settings = settings_of(
        seller_name="Parts & Co", seller_address="1 High Street; London", seller_bik="044525999",
        seller_account="40702810300000000042", invoice_language="en", invoice_days=14,
    )  # fmt: skip
    billing = billing_of(settings)
    assert (billing.seller.name, billing.seller.address) == ("Parts & Co", "1 High Street, London")
    assert (billing.seller.inn, billing.seller.director) == ("", "")
    assert (billing.origin, billing.language, billing.days) == (Origin.OWN, "en", 14)


@on_sqlite
async def test_one_of_the_two_makes_the_papers(given: Given):
    crm = crm_of(settings_of(crm_simulator_port=1), given.database.read)
    assert crm is not None
    office, begin = paper_office_of(settings_of(), crm), given.database.begin
    assert isinstance(invoice_source_of(settings_of(), begin, office), PdfInvoicePress)
    assert isinstance(invoice_source_of(settings_of(invoices_from="crm"), begin, office), CrmPapers)
    assert isinstance(invoice_source_of(settings_of(invoices_from="crm"), begin, None), NoSource)
    await crm.close()
