"""Everybody outside whom the settings name: reached by the same ports that the product calls them by."""

import time

from makeline.adapters.gemini.image_model import GeminiStylist
from makeline.adapters.print_partner.certify import Outcome, examine
from makeline.adapters.virus_scan.simulator import TEST_FILE
from makeline.commerce.payments.gateway import GatewayRefused, GatewayTrouble, PaymentGateway
from makeline.crm.gateway import CrmTrouble
from makeline.foundation.clock import utc_clock
from makeline.foundation.settings_groups import Profile
from makeline.foundation.shared_limits import round_trip
from makeline.main.card_payments import gateway_of
from makeline.main.doctor.deployment import Deployment
from makeline.main.doctor.diagnosis import Diagnosis, fail, ok, warn
from makeline.main.mirror import crm_of
from makeline.main.partner_line import partner_account
from makeline.main.stylists import stylists_of
from makeline.main.wiring import mailer_of, scanner_of

_SIMULATOR = "makeline run starts it beside the server"
# A call waits for its permission: above this the store is too far away.
_SLOW = 0.01
_NO_PAGE = "cs_test_doctor"


async def of_limits(deployment: Deployment) -> list[Diagnosis]:
    """The store of shared limits, where one is set."""
    settings = deployment.settings
    url = settings.limits.valkey_url or settings.limits.redis_url
    if not url:
        return []
    try:
        seconds = await round_trip(url)
    except Exception as error:
        advice = "VALKEY_URL; until then each process is strict by itself"
        return [fail("limits", f"their store does not answer ({type(error).__name__})", advice)]
    told = f"their store answers in {seconds * 1000:.1f} ms"
    return [
        ok("limits", told)
        if seconds < _SLOW
        else warn("limits", told, "a store nearer by: every call asks it")
    ]


async def of_partner(deployment: Deployment) -> list[Diagnosis]:
    """Sign in at the print partner's server."""
    settings = deployment.settings
    account = partner_account(settings)
    verdicts = [one async for one in examine(account, devices=(), now=utc_clock(), clock=time.monotonic)]
    failed = [verdict for verdict in verdicts if verdict.outcome is Outcome.FAILED]
    if not failed:
        return [ok("print partner", f"{account.base_url} takes our account")]
    if settings.simulates_partner:
        return [warn("print partner", "his simulator is not running", _SIMULATOR)]
    advice = "makeline partner check; PARTNER_BASE_URL, PARTNER_ACCOUNT, PARTNER_PASSWORD"
    return [fail("print partner", f"{account.base_url}: {failed[0].found}", advice)]


async def of_gateway(deployment: Deployment) -> list[Diagnosis]:
    """The gateway that is set, or its simulator."""
    gateway = gateway_of(deployment.settings)
    try:
        return [await told_by_gateway(gateway, simulated=deployment.settings.simulates_stripe)]
    finally:
        await gateway.close()


async def told_by_gateway(gateway: PaymentGateway, *, simulated: bool) -> Diagnosis:
    """A page that does not exist is asked for: whoever says so has taken our key."""
    if gateway.name == "none":
        return warn("card payments", "no gateway is set: the webstore takes no money", "STRIPE_KEY")
    try:
        await gateway.read(_NO_PAGE)
    except GatewayRefused:
        return ok("card payments", "the gateway takes our key")
    except GatewayTrouble as trouble:
        if simulated:
            return warn("card payments", "the simulated gateway is not running", _SIMULATOR)
        return fail("card payments", str(trouble), "STRIPE_KEY, and the way to the gateway")
    return ok("card payments", "the gateway answers")


async def of_crm(deployment: Deployment) -> list[Diagnosis]:
    """What the mirror relies on over there."""
    settings = deployment.settings
    if settings.crm.crm == "off" or deployment.database is None:
        return []
    crm = crm_of(settings, deployment.database.read)
    if crm is None:
        return [warn("CRM", "no portal is set: nothing is mirrored", "CRM_WEBHOOK_URL, or CRM=off")]
    try:
        await crm.probe()
    except CrmTrouble as trouble:
        if settings.simulates_crm:
            return [warn("CRM", "the simulated portal is not running", _SIMULATOR)]
        return [fail("CRM", trouble.reason, "makeline crm setup; CRM_WEBHOOK_URL and its rights")]
    finally:
        await crm.close()
    return [ok("CRM", f"{crm.mode}: its pipelines and stages are there")]


async def of_mail(deployment: Deployment) -> list[Diagnosis]:
    """Sign in at the mail server; no letter is sent."""
    settings = deployment.settings
    try:
        await mailer_of(settings).check()
    except Exception as trouble:
        return [fail("letters", str(trouble), "SMTP_URL; letters wait, and are given up after an hour")]
    if not settings.mail.smtp_url.get_secret_value():
        return [ok("letters", f"stay here, in {settings.mailbox}")]
    return [ok("letters", "the mail server takes us")]


async def of_scanner(deployment: Deployment) -> list[Diagnosis]:
    """A clean file and the trade's test file."""
    settings = deployment.settings
    scanner = scanner_of(settings)
    try:
        clean, found = await scanner.scan(b"doctor"), await scanner.scan(TEST_FILE)
    except Exception as trouble:
        return [fail("virus scanner", str(trouble), "CLAMD_ADDRESS; until then documents are refused")]
    if clean or not found:
        told = f"a clean file is {clean}" if clean else "it finds nothing in the test file"
        return [fail("virus scanner", told, "its signatures: freshclam")]
    if settings.parts.clamd_address:
        return [ok("virus scanner", "finds the test file")]
    if settings.place.profile is Profile.PRODUCTION:
        told = "a stand-in that knows nothing but the test file"
        return [warn("virus scanner", told, "CLAMD_ADDRESS, before customers attach documents")]
    return [ok("virus scanner", "the stand-in of the embedded profile")]


async def of_stylist(deployment: Deployment) -> list[Diagnosis]:
    """Whether who makes styled pictures takes our key."""
    settings = deployment.settings
    stylists = stylists_of(settings.styles)
    try:
        if not isinstance(stylists.first, GeminiStylist):
            return [ok("stylist", "pictures are made here")]
        await stylists.first.check()
    except Exception as trouble:
        behind = "the local one stands in" if stylists.stand_in else "nobody stands in"
        return [fail("stylist", f"{trouble}; {behind}", "GEMINI_KEY and GEMINI_MODELS")]
    finally:
        await stylists.close()
    return [ok("stylist", f"{stylists.mode}, takes our key")]
