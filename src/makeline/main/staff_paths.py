"""The pages of staff, with what they need of the house."""

import shlex
from collections.abc import Callable
from datetime import timedelta

from starlette.requests import Request

from makeline.admin.desk import AdminDesk
from makeline.admin.office import Office
from makeline.admin.table import PAGES
from makeline.cases.designs.inspect import Inspector
from makeline.commerce.accounts.sign_in import SignInDesk
from makeline.commerce.accounts.staff_session import StaffRule
from makeline.crm.upkeep import Restores
from makeline.foundation.settings import Settings
from makeline.foundation.web.endpoint import Endpoint
from makeline.main.privacy_cli import clocks_of
from makeline.main.quote_paths import terms_of
from makeline.main.wiring import House


def staff_paths(house: House, signing: SignInDesk, place: Callable[[Request], str]) -> tuple[Endpoint, ...]:
    """Every page of the table."""
    settings = house.settings
    office = Office(
        database=house.database,
        signing=signing,
        rule=staff_rule_of(settings),
        place=place,
        base_url=settings.base_url,
        keys=settings.signing_keys,
        storage=house.storage,
        links=house.links,
        order_links=house.order_links,
        partner=house.partner,
        till=house.till,
        crm=house.crm,
        funnel=settings.crm.crm_funnel,
        restores=Restores(settings.crm.crm_restores),
        silence=house.sales_rule.silence,
        zone=settings.quotes.working_zone,
        create_admin=create_admin_command(settings),
        accesses=house.accesses,
        inspector=Inspector(house.storage, house.renderer),
        clocks=clocks_of(settings),
        quote_terms=terms_of(settings),
    )
    return AdminDesk(office, PAGES).endpoints()


def staff_rule_of(settings: Settings) -> StaffRule:
    """How long staff stays signed in, and with what."""
    said = settings.security
    return StaffRule(
        idle=timedelta(minutes=said.staff_idle_minutes),
        longest=timedelta(hours=said.staff_session_hours),
        second_factor=settings.second_factor_required,
    )


def create_admin_command(settings: Settings) -> str:
    """What makes the first admin of this very shop."""
    folder = settings.place.data_dir
    where = "" if str(folder) == "var" else f" --data-dir {shlex.quote(str(folder))}"
    return f".venv/bin/makeline create-admin NAME{where}"
