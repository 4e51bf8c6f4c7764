"""Requisites of firms: one for each, found again by our own id in it."""

from collections.abc import Sequence

from makeline.adapters.bitrix24.client import Command
from makeline.adapters.bitrix24.fields import TYPE_IDS, origin_of
from makeline.adapters.bitrix24.finding import PAGE, Finder, requisites
from makeline.adapters.bitrix24.portions import portions
from makeline.crm.gateway import CrmMisconfigured, Push
from makeline.crm.records import Company, Entity

# Templates of requisites stand by country; INN and KPP are of this one.
_COUNTRY = 1


class Firms:
    """What is known of the requisites of the companies at hand."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._known: dict[str, int] = {}
        self._preset: int | None = None

    async def learn(self, pushes: Sequence[Push]) -> None:
        """Look up which of them have theirs already. Raises ``CrmTrouble``."""
        if self._preset is None:
            self._preset = await self._first_preset()
        origins = (origin_of(Entity.COMPANY, push.record.our_id) for push in pushes)
        kind = TYPE_IDS[Entity.COMPANY]
        chosen = [{"@XML_ID": part, "ENTITY_TYPE_ID": kind} for part in portions(origins, PAGE)]
        self._known = {str(row["XML_ID"]): int(row["ID"]) for row in await requisites(self._finder, chosen)}

    def commands(self, key: str, company: Company, owner: str) -> list[Command]:
        """The call that writes them; none for a firm that has told no number. ``owner``: its id or a reference."""
        origin = origin_of(Entity.COMPANY, company.our_id)
        if not company.inn:
            return []
        fields = {
            "NAME": company.title,
            "RQ_INN": company.inn,
            "RQ_KPP": company.kpp,
            "RQ_COMPANY_NAME": company.title,
            "RQ_COMPANY_FULL_NAME": company.title,
        }
        known = self._known.get(origin)
        if known is not None:
            return [Command(key, "crm.requisite.update", {"id": known, "fields": fields})]
        fields |= {"XML_ID": origin, "PRESET_ID": str(self._preset), "ENTITY_ID": owner}
        fields["ENTITY_TYPE_ID"] = str(TYPE_IDS[Entity.COMPANY])
        return [Command(key, "crm.requisite.add", {"fields": fields})]

    async def _first_preset(self) -> int:
        params = {"filter": {"COUNTRY_ID": _COUNTRY}, "select": ["ID"], "order": {"ID": "ASC"}}
        (rows,) = await self._finder.ask([Command("p", "crm.requisite.preset.list", params)])
        if not isinstance(rows, list) or not rows:
            raise CrmMisconfigured("the portal has no template of requisites")
        return int(rows[0]["ID"])
