"""Settings become adapters: the one place that knows which of them is real."""

import ipaddress
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from makeline.adapters.cad.reader import CadReader
from makeline.adapters.content_check.simulator import SimulatedChecker
from makeline.adapters.drawing.print_renderer import VipsRenderer
from makeline.adapters.drawing.quote_press import PdfQuotePress
from makeline.adapters.drawing.slip_press import PdfSlipPress
from makeline.adapters.mail.mailbox_folder import MailboxFolder, NoMailer
from makeline.adapters.mail.smtp import SmtpMailer
from makeline.adapters.object_store.storage import open_storage
from makeline.adapters.print_partner.client import PartnerClient
from makeline.adapters.virus_scan.clamd import ClamdScanner
from makeline.adapters.virus_scan.simulator import SimulatedScanner
from makeline.cases.designs.renderer import PrintRenderer
from makeline.cases.kiosk.door import Rates
from makeline.cases.kiosk.order_links import OrderLinks
from makeline.cases.kiosk.recognise import Trust
from makeline.cases.kiosk.terminal import Terminal
from makeline.cases.machines.refusal_book import RefusalBook
from makeline.cases.machines.selling import AWAY, SalesRule
from makeline.cases.ordering.slip import Seller
from makeline.cases.ordering.slip_press import SlipPress
from makeline.cases.production.print_partner import PrintPartner
from makeline.cases.production.submit import Submission
from makeline.cases.stock.listing import PartnerShelf
from makeline.cases.styles.make import Studio
from makeline.commerce.accounts.passwords import PasswordPool
from makeline.commerce.accounts.post_office import PostOffice
from makeline.commerce.accounts.tokens import TokenKeys
from makeline.commerce.documents.scanner import Scanner
from makeline.commerce.files.accesses import AccessBook
from makeline.commerce.files.links import Links
from makeline.commerce.files.storage import Storage
from makeline.commerce.files.whole import SeenWhole
from makeline.commerce.invoices.obtain import Registry
from makeline.commerce.invoices.source import InvoiceSource
from makeline.commerce.notices.mailer import Mailer
from makeline.commerce.payments.gateway import PaymentGateway
from makeline.commerce.payments.look import Till
from makeline.commerce.payments.no_gateway import NoGateway
from makeline.commerce.payments.take_report import Fulfil
from makeline.crm.gateway import Crm
from makeline.foundation.database import Database
from makeline.foundation.neighbour_watch import NeighbourWatch
from makeline.foundation.neighbours import MAIL, PAYMENTS, PRINT_PARTNER, STORAGE, VIRUS_SCAN
from makeline.foundation.rate_limits import Limiter, LocalLimiter
from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import Profile, listed
from makeline.foundation.shared_limits import SharedLimiter
from makeline.main.billing import invoice_source_of
from makeline.main.card_payments import STOREFRONTS, gateway_of
from makeline.main.intake import intake_of
from makeline.main.mirror import crm_of, paper_office_of
from makeline.main.neighbourhood import stylist_called, watch_port
from makeline.main.partner_line import partner_account, terminal_of
from makeline.main.set_database import database_of
from makeline.main.stylists import Stylists, no_stylists, stylists_of
from makeline.main.token_keys import token_keys_of
from makeline.parts.geometry.take_in import Intake
from makeline.parts.quotes.press import QuotePress


@dataclass
class House:
    """Everything one process is made of."""

    settings: Settings
    database: Database
    storage: Storage
    renderer: PrintRenderer
    partner: PrintPartner
    shelf: PartnerShelf
    slips: SlipPress
    intake: Intake
    links: Links
    trust: Trust
    limiter: Limiter
    refusals: RefusalBook
    accesses: AccessBook
    passwords: PasswordPool
    scanner: Scanner
    mailer: Mailer
    invoices: InvoiceSource
    tokens: TokenKeys
    closers: list[Callable[[], Awaitable[None]]]
    quote_press: QuotePress = field(default_factory=PdfQuotePress)
    # None: nothing is mirrored.
    crm: Crm | None = None
    gateway: PaymentGateway = field(default_factory=NoGateway)
    storefronts: dict[str, Fulfil] = field(default_factory=lambda: dict(STOREFRONTS))
    # None: the partner has real ones.
    terminal: Terminal | None = None
    stylists: Stylists = field(default_factory=no_stylists)
    seen: SeenWhole = field(default_factory=SeenWhole)
    watch: NeighbourWatch = field(default_factory=NeighbourWatch)

    def __post_init__(self) -> None:
        """What leads to neighbours is watched; a port that is watched already stays as it is."""
        self.storage = watch_port(self.storage, STORAGE, self.watch)
        self.partner = watch_port(self.partner, PRINT_PARTNER, self.watch)
        self.shelf = watch_port(self.shelf, PRINT_PARTNER, self.watch)
        self.gateway = watch_port(self.gateway, PAYMENTS, self.watch)
        self.mailer = watch_port(self.mailer, MAIL, self.watch)
        self.scanner = watch_port(self.scanner, VIRUS_SCAN, self.watch)
        who = stylist_called(self.stylists.first, self.stylists.stand_in)
        self.stylists = replace(self.stylists, first=watch_port(self.stylists.first, who, self.watch))

    @property
    def submission(self) -> Submission:
        """What submitting prints needs."""
        pause = timedelta(seconds=self.settings.partner.partner_pause_seconds)
        most = self.settings.partner.prints_at_partner or None
        checker = SimulatedChecker() if self.settings.privacy.content_check == "simulated" else None
        return Submission(self.partner, self.links, self.storage, self.seen, pause, most, checker)

    @property
    def post_office(self) -> PostOffice:
        """What writing letters needs."""
        settings = self.settings
        return PostOffice(self.database.begin, self.mailer, settings.base_url, settings.mail.staff_email)

    @property
    def studio(self) -> Studio:
        """What making styled pictures needs."""
        return self.stylists.studio(self.storage, self.renderer, attempts=self.settings.styles.style_attempts)

    @property
    def registry(self) -> Registry:
        """What obtaining the papers of invoices needs."""
        return Registry(self.database.begin, self.storage, self.invoices)

    @property
    def order_links(self) -> OrderLinks:
        """Addresses of order pages."""
        return order_links_of(self.settings)

    @property
    def till(self) -> Till:
        """Who takes the money of the web, and what is done when it is sure."""
        return Till(self.gateway, self.storefronts)

    @property
    def sales_rule(self) -> SalesRule:
        """When machines open sessions."""
        kiosk = self.settings.kiosk
        silence = timedelta(seconds=kiosk.machine_silence_seconds)
        return SalesRule(silence, frozenset() if kiosk.sell_when_away else AWAY)

    @property
    def seller(self) -> Seller:
        """Who sells at the machines."""
        said = self.settings.seller
        lines = (line.strip() for line in said.seller_address.split(";"))
        return Seller(
            said.seller_name or "Makeline",
            tuple(filter(None, lines)),
            said.seller_tax_number,
            said.vat_included_percent,
        )

    async def close(self) -> None:
        """Let go of everything, last made first, once what was noted is written."""
        await self.refusals.settle()
        await self.accesses.settle()
        for closer in reversed(self.closers):
            await closer()


async def build_house(settings: Settings) -> House:
    """Open the database and the storage; adapters connect at their first use."""
    database = await database_of(settings)
    renderer, limiter = renderer_of(settings), limiter_of(settings)
    partner = PartnerClient(partner_account(settings))
    watch = NeighbourWatch()
    storage = watch_port(storage_of(settings), STORAGE, watch)
    reader = CadReader.lazy(processes=settings.parts.cad_processes)
    intake = intake_of(settings, database.begin, storage, reader)
    crm = crm_of(settings, database.read, watch)
    office = paper_office_of(settings, crm) if crm else None
    stylists, gateway = stylists_of(settings.styles), gateway_of(settings)
    passwords = PasswordPool(waiting=settings.limits.sign_ins_waiting)
    return House(
        settings=settings,
        database=database,
        storage=storage,
        renderer=renderer,
        partner=partner,
        shelf=partner,
        slips=PdfSlipPress(),
        intake=intake,
        links=Links(settings.base_url, settings.link_keys),
        trust=trust_of(settings),
        limiter=limiter,
        refusals=RefusalBook(database.begin),
        accesses=AccessBook(database.begin, settings.link_keys[0]),
        passwords=passwords,
        scanner=scanner_of(settings),
        mailer=mailer_of(settings),
        invoices=invoice_source_of(settings, database.begin, office),
        tokens=token_keys_of(settings),
        closers=[
            database.close,
            partner.close,
            renderer.close,
            limiter.close,
            reader.close,
            intake.close,
            passwords.close,
            gateway.close,
            *([crm.close] if crm else []),
            stylists.close,
        ],
        crm=crm,
        gateway=gateway,
        terminal=terminal_of(settings),
        stylists=stylists,
        watch=watch,
    )


def renderer_of(settings: Settings) -> VipsRenderer:
    """Who draws prints, and how many wait for it."""
    kiosk = settings.kiosk
    return VipsRenderer.lazy(waiting=kiosk.drawings_waiting, patience_seconds=kiosk.drawing_patience_seconds)


def storage_of(settings: Settings) -> Storage:
    """Files in a folder, or in a bucket."""
    return open_storage(
        settings.storage_url,
        endpoint=settings.storage.s3_endpoint,
        region=settings.storage.s3_region,
        access_key=settings.storage.s3_access_key,
        secret_key=settings.storage.s3_secret_key.get_secret_value(),
    )


def mailer_of(settings: Settings) -> Mailer:
    """The mail server that is set; else a folder for embedded shops, and nobody for production."""
    url, sender = settings.mail.smtp_url.get_secret_value(), settings.mail_from
    if url:
        return SmtpMailer(url, sender=sender)
    if settings.place.profile is Profile.PRODUCTION:
        return NoMailer()
    return MailboxFolder(settings.mailbox, sender=sender)


def scanner_of(settings: Settings) -> Scanner:
    """The scanner that is set, or its stand-in."""
    address = settings.parts.clamd_address
    return ClamdScanner(address) if address else SimulatedScanner()


def trust_of(settings: Settings) -> Trust:
    """Whom to believe, as the settings have it."""
    return Trust(
        loopback=settings.trusts_loopback,
        test_machines=settings.security.test_machines == "on",
        proxies=[ipaddress.ip_network(network) for network in listed(settings.security.trusted_proxies)],
        signing_keys=settings.signing_keys,
    )


def order_links_of(settings: Settings) -> OrderLinks:
    """Addresses of order pages, as the settings have them."""
    good_for = timedelta(days=settings.kiosk.order_link_days)
    return OrderLinks(settings.base_url, settings.link_keys, good_for)


def limiter_of(settings: Settings) -> Limiter:
    """Counts of this process, or those that it shares with others."""
    url = settings.limits.valkey_url or settings.limits.redis_url
    return SharedLimiter(url, processes=settings.limits.limit_processes) if url else LocalLimiter()


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
        pictures=limits.limit_pictures,
        account=limits.limit_account,
    )
