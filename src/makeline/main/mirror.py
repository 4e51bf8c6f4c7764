"""The line to the CRM: which portal it leads to, and the task that keeps it going."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog

from makeline.adapters.bitrix24.account import AppAccount, PortalAccount, WebhookAccount
from makeline.adapters.bitrix24.client import Client
from makeline.adapters.bitrix24.crm import BitrixCrm
from makeline.adapters.bitrix24.pace import Pace
from makeline.adapters.bitrix24.papers import BitrixPapers
from makeline.adapters.bitrix24.routes.sync import SyncDesk, sync_endpoints
from makeline.adapters.bitrix24.routes.webhook import WebhookDesk, webhook_endpoints
from makeline.adapters.bitrix24.simulator.settings import BASE_PATH
from makeline.adapters.bitrix24.token_file import TokenFile
from makeline.commerce.accounts.members import Members
from makeline.crm.drift_routes import DriftDesk, drift_endpoints
from makeline.crm.gateway import Crm, CrmTrouble
from makeline.crm.look import look_at_portal
from makeline.crm.pull import listen
from makeline.crm.push import drain
from makeline.crm.stage_book import stage_tables
from makeline.crm.stage_routes import StageDesk, stage_endpoints
from makeline.crm.stage_table import StageTables
from makeline.crm.sweep import check, check_is_due, sweep, sweep_is_due
from makeline.crm.upkeep import Restores, Upkeep
from makeline.crm.want import want_unknown_orders
from makeline.foundation.database import Database
from makeline.foundation.neighbour_watch import NeighbourWatch
from makeline.foundation.neighbours import CRM
from makeline.foundation.settings import Settings
from makeline.foundation.settings_groups import listed
from makeline.foundation.unit_of_work import Read
from makeline.foundation.web.endpoint import Endpoint
from makeline.kernel.errors import Unavailable
from makeline.main.neighbourhood import watch_port

_EVERY = 1.0
_LOOK_EVERY = timedelta(minutes=1)
_MOST = 2500
_SECONDS = 60.0
_LOOK_BACK = timedelta(days=2)
_log = structlog.get_logger()


def app_account_of(settings: Settings) -> AppAccount | None:
    """Our application at the portal that is set; None where none is."""
    told = settings.crm
    if not (told.crm_portal and told.crm_client_id):
        return None
    return AppAccount(
        told.crm_portal,
        client_id=told.crm_client_id,
        client_secret=told.crm_client_secret.get_secret_value(),
        oauth=told.crm_oauth_url,
        tokens=TokenFile(settings.place.data_dir / "crm-tokens"),
    )


def portal_client_of(settings: Settings) -> Client | None:
    """The line to the portal that is set, by webhook or as an application, or to the simulated one; None without any."""
    told = settings.crm
    account: PortalAccount | None = app_account_of(settings)
    if url := told.crm_webhook_url.get_secret_value():
        account = WebhookAccount(url)
    elif settings.simulates_crm:
        account = WebhookAccount(f"http://127.0.0.1:{settings.crm_simulator_port}{BASE_PATH}")
    if told.crm == "off" or account is None:
        return None
    return Client(account, Pace(rate=told.crm_calls_per_second, burst=told.crm_burst))


def crm_of(settings: Settings, read: Read, watch: NeighbourWatch | None = None) -> BitrixCrm | None:
    """The CRM that is mirrored; None: nothing is. ``read`` asks the database which stages stand for which step."""
    line = portal_client_of(settings)
    if line is None:
        return None
    client: Client = watch_port(line, CRM, watch) if watch is not None else line
    told, mode = settings.crm, "simulated" if settings.simulates_crm else "live"

    async def tables() -> StageTables:
        return await read(partial(stage_tables, funnel=told.crm_funnel))

    return BitrixCrm(client, originator=told.crm_originator, funnel=told.crm_funnel, mode=mode, tables=tables)


def upkeep_of(settings: Settings) -> Upkeep:
    """How what comes back is treated."""
    return Upkeep(settings.base_url, Restores(settings.crm.crm_restores))


def paper_office_of(settings: Settings, crm: BitrixCrm) -> BitrixPapers:
    """Who writes invoices in the CRM; over the same line, whose limits are of all together."""
    told = settings.crm
    return BitrixPapers(
        crm.client,
        originator=told.crm_originator,
        template=told.crm_invoice_template,
        seller=told.crm_seller_company,
    )


def mirror_paths(
    settings: Settings, database: Database, members: Members, crm: Crm | None
) -> Sequence[tuple[Endpoint, ...]]:
    """The paths about the mirror; one dialect."""
    tokens = listed(settings.crm.crm_application_tokens.get_secret_value())
    webhook = WebhookDesk(database, [token.encode() for token in tokens], open=settings.simulates_crm)
    desk = SyncDesk(database, members, crm, settings.base_url)
    stages = StageDesk(database, members, crm, settings.crm.crm_funnel)
    drift = drift_endpoints(DriftDesk(database, members))
    return (sync_endpoints(desk), webhook_endpoints(webhook), stage_endpoints(stages), drift)


@dataclass
class Mirror:
    """Keeps the CRM and us of one mind, as long as the process runs."""

    database: Database
    crm: Crm
    upkeep: Upkeep
    _looked: datetime | None = None

    async def run(self) -> None:
        """Until it is cancelled; survives whatever is away."""
        looked = False
        while True:
            try:
                if not looked:
                    await look_at_portal(self.database.begin, self.crm)
                    looked = True
                await self.once()
            except (Unavailable, CrmTrouble) as away:
                _log.warning("mirror_waits", reason=str(away)[:200])
            except Exception as error:
                _log.error("mirror_stumbled", error=type(error).__name__, exc_info=error)
            await asyncio.sleep(_EVERY)

    async def once(self) -> None:
        """Send what is due, take over what was heard of; now and then look for what nobody told of."""
        begin = self.database.begin
        now = self.database.clock()
        if self._looked is None or now - self._looked >= _LOOK_EVERY:
            self._looked = now
            await begin(partial(want_unknown_orders, since=_LOOK_BACK, most=500), actor="crm")
        await drain(begin, self.crm, most=_MOST, seconds=_SECONDS, public_url=self.upkeep.public_url)
        await listen(begin, self.crm, self.upkeep)
        if await self.database.read(sweep_is_due):
            await sweep(begin, self.crm)
        if await self.database.read(check_is_due):
            await check(begin, self.crm, self.upkeep)
