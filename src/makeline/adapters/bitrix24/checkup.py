"""What a connected portal is like, for whoever connects it: asked, never changed."""

from enum import StrEnum
from typing import Any, NamedTuple

from makeline.adapters.bitrix24.client import Client
from makeline.adapters.bitrix24.setup import plan_setup
from makeline.crm.gateway import CrmMisconfigured, CrmRefused, CrmTrouble
from makeline.crm.stage_table import StageTables

_SIMPLE_MODE = 2


class Grade(StrEnum):
    """How good a finding is."""

    GOOD = "good"
    NOTE = "note"
    """Nothing has to be done; somebody should know."""
    BAD = "bad"


class Finding(NamedTuple):
    """One thing that was looked at, and what was found."""

    what: str
    grade: Grade
    words: str


async def check_portal(client: Client, funnel: int, tables: StageTables) -> list[Finding]:
    """Rights, mode, funnel, templates. Raises ``CrmTrouble`` when the portal cannot be asked at all."""
    found = [_rights(await client.call("scope", {})), await _person(client)]
    found += [_mode(await client.call("crm.settings.mode.get", {}))]
    found += await _funnel(client, funnel, tables)
    presets = await _asked(client, "crm.requisite.preset.list", {"filter": {"COUNTRY_ID": 1}})
    found.append(_named("requisites", presets, "NAME", "a template of requisites for INN and KPP"))
    templates = await _asked(client, "crm.documentgenerator.template.list", {"filter": {"active": "Y"}})
    rows = templates.get("templates") if isinstance(templates, dict) else templates
    listed = list(rows.values()) if isinstance(rows, dict) else rows
    found.append(_named("document templates", listed, "name", "a template that invoices are made from"))
    return found


def _rights(scopes: Any) -> Finding:
    names = [str(name) for name in scopes] if isinstance(scopes, list) else []
    if "crm" in names:
        return Finding("rights", Grade.GOOD, "crm")
    return Finding("rights", Grade.BAD, f"crm is missing; granted: {', '.join(names) or 'nothing'}")


async def _person(client: Client) -> Finding:
    person = await _asked(client, "profile", {})
    name = str(person.get("NAME") or "somebody") if isinstance(person, dict) else "somebody"
    if isinstance(person, dict) and person.get("ADMIN") is True:
        return Finding("made by", Grade.GOOD, f"{name}, an administrator")
    return Finding("made by", Grade.NOTE, f"{name}, no administrator: may send, but not set up")


def _mode(mode: Any) -> Finding:
    if str(mode) == str(_SIMPLE_MODE):
        return Finding("mode", Grade.NOTE, "simple: a new lead turns into a deal at once")
    return Finding("mode", Grade.GOOD, "classic: leads and deals")


async def _funnel(client: Client, funnel: int, tables: StageTables) -> list[Finding]:
    try:
        plan = await plan_setup(client, funnel, tables)
    except CrmMisconfigured as trouble:
        return [Finding("funnel", Grade.BAD, trouble.reason)]
    lacks = [Finding("funnel", Grade.BAD, f"no {lack.words}") for lack in plan.lacks]
    return lacks or [Finding("funnel", Grade.GOOD, f"{funnel}: stages and fields are there")]


def _named(what: str, rows: Any, key: str, wanted: str) -> Finding:
    if isinstance(rows, CrmTrouble):
        return Finding(what, Grade.NOTE, rows.reason)
    names = [f"{row.get('ID', row.get('id'))} {row.get(key)}" for row in rows or [] if isinstance(row, dict)]
    if not names:
        return Finding(what, Grade.NOTE, f"there is not {wanted}")
    return Finding(what, Grade.GOOD, ", ".join(names[:10]))


async def _asked(client: Client, method: str, params: dict[str, Any]) -> Any:
    """The answer, or the trouble where this one call is not allowed or not known."""
    try:
        return await client.call(method, params)
    except (CrmRefused, CrmMisconfigured) as trouble:
        return trouble
