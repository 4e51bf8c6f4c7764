"""Requisites of firms with their bank and address: one set for each, found again by our own id in it."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from makeline.adapters.bitrix24.client import Command
from makeline.adapters.bitrix24.fields import TYPE_IDS, origin_of
from makeline.adapters.bitrix24.finding import PAGE, Finder, requisites
from makeline.adapters.bitrix24.portions import portions
from makeline.crm.gateway import CrmMisconfigured, Push
from makeline.crm.records import BankAccount, Company, Deal, Entity

# Templates of requisites stand by country; INN and KPP are of this one.
_COUNTRY = 1
_REQUISITE = 8
_LEGAL_ADDRESS = 6
_COMPANY = TYPE_IDS[Entity.COMPANY]
_OURS = origin_of(Entity.COMPANY, 0).removesuffix("0")


class Firms:
    """What is known of the requisites of the companies at hand."""

    def __init__(self, finder: Finder) -> None:
        self._finder = finder
        self._known: dict[str, int] = {}
        # Requisites of companies over there, banks by requisites, and requisites that have a legal address.
        self._of_company: dict[int, int] = {}
        self._banks: dict[int, int] = {}
        self._addressed: set[int] = set()
        self._preset: int | None = None

    async def learn(self, pushes: Sequence[Push]) -> None:
        """Look up which of these companies have theirs already. Raises ``CrmTrouble``."""
        if self._preset is None:
            self._preset = await self._first_preset()
        origins = (origin_of(Entity.COMPANY, push.record.our_id) for push in pushes)
        chosen = [{"@XML_ID": part, "ENTITY_TYPE_ID": _COMPANY} for part in portions(origins, PAGE)]
        self._known = {str(row["XML_ID"]): int(row["ID"]) for row in await requisites(self._finder, chosen)}
        await self._learn_banks(self._known.values())
        self._addressed = await self._with_address(self._known.values())

    async def learn_deals(self, pushes: Sequence[Push]) -> None:
        """Look up the requisites of the companies that these deals are with. Raises ``CrmTrouble``."""
        companies = {push.record.company for push in pushes if isinstance(push.record, Deal)} - {None}
        wanted = portions(sorted(filter(None, companies)), PAGE)
        chosen = [{"@ENTITY_ID": part, "ENTITY_TYPE_ID": _COMPANY} for part in wanted]
        rows = await requisites(self._finder, chosen) if chosen else []
        ours = [row for row in rows if str(row.get("XML_ID") or "").startswith(_OURS)]
        self._of_company = {int(row["ENTITY_ID"]): int(row["ID"]) for row in ours}
        await self._learn_banks(self._of_company.values())

    def commands(self, key: str, company: Company, owner: str) -> list[Command]:
        """The calls that write them; none for a firm that has told no number. ``owner``: its id or a reference."""
        origin = origin_of(Entity.COMPANY, company.our_id)
        if not company.inn:
            return []
        fields: dict[str, Any] = {
            "NAME": company.title,
            "RQ_INN": company.inn,
            "RQ_KPP": company.kpp,
            "RQ_COMPANY_NAME": company.title,
            "RQ_COMPANY_FULL_NAME": company.title,
        }
        known = self._known.get(origin)
        if known is not None:
            first = Command(key, "crm.requisite.update", {"id": known, "fields": fields})
            requisite = str(known)
        else:
            fields |= {"XML_ID": origin, "PRESET_ID": str(self._preset), "ENTITY_ID": owner}
            fields["ENTITY_TYPE_ID"] = str(_COMPANY)
            first, requisite = Command(key, "crm.requisite.add", {"fields": fields}), f"$result[{key}]"
        return [
            first,
            *self._bank(f"b{key}", company.bank, requisite, known),
            *self._address(f"a{key}", company.legal_address, requisite, known),
        ]

    def link(self, key: str, deal: Deal, owner: str) -> list[Command]:
        """The call that ties a deal to the requisites and the bank of its company; none where there are none."""
        requisite = self._of_company.get(deal.company or 0)
        if requisite is None:
            return []
        fields = {
            "ENTITY_TYPE_ID": TYPE_IDS[Entity.DEAL],
            "ENTITY_ID": owner,
            "REQUISITE_ID": requisite,
            "BANK_DETAIL_ID": self._banks.get(requisite, 0),
            "MC_REQUISITE_ID": 0,
            "MC_BANK_DETAIL_ID": 0,
        }
        return [Command(key, "crm.requisite.link.register", {"fields": fields})]

    def _bank(self, key: str, bank: BankAccount, requisite: str, known: int | None) -> list[Command]:
        there = self._banks.get(known) if known is not None else None
        if not bank.account:
            return []
        fields: dict[str, Any] = {
            "NAME": bank.name or bank.account,
            "RQ_BANK_NAME": bank.name,
            "RQ_BIK": bank.bik,
            "RQ_ACC_NUM": bank.account,
            "RQ_COR_ACC_NUM": bank.correspondent_account,
            "RQ_ACC_CURRENCY": "RUB",
        }
        if there is not None:
            return [Command(key, "crm.requisite.bankdetail.update", {"id": there, "fields": fields})]
        fields |= {"ENTITY_ID": requisite, "COUNTRY_ID": _COUNTRY}
        return [Command(key, "crm.requisite.bankdetail.add", {"fields": fields})]

    def _address(self, key: str, address: str, requisite: str, known: int | None) -> list[Command]:
        if not address:
            return []
        fields = {
            "TYPE_ID": _LEGAL_ADDRESS,
            "ENTITY_TYPE_ID": _REQUISITE,
            "ENTITY_ID": requisite,
            "ADDRESS_1": address,
        }
        method = "crm.address.update" if known in self._addressed else "crm.address.add"
        return [Command(key, method, {"fields": fields})]

    async def _learn_banks(self, wanted: Iterable[int]) -> None:
        self._banks = {}
        for row in await self._rows("crm.requisite.bankdetail.list", wanted, {}):
            # The first is the one that stands for all.
            self._banks.setdefault(int(row["ENTITY_ID"]), int(row["ID"]))

    async def _with_address(self, wanted: Iterable[int]) -> set[int]:
        chosen = {"ENTITY_TYPE_ID": _REQUISITE, "TYPE_ID": _LEGAL_ADDRESS}
        return {int(row["ENTITY_ID"]) for row in await self._rows("crm.address.list", wanted, chosen)}

    async def _rows(
        self, method: str, wanted: Iterable[int], chosen: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        order = {"ENTITY_ID": "ASC"} if method == "crm.address.list" else {"ID": "ASC"}
        commands = [
            Command(f"w{number}", method, {"filter": {**chosen, "@ENTITY_ID": part}, "order": order})
            for number, part in enumerate(portions(sorted(wanted), PAGE))
        ]
        answers = await self._finder.ask(commands) if commands else []
        return [row for answer in answers if isinstance(answer, list) for row in answer]

    async def _first_preset(self) -> int:
        params = {"filter": {"COUNTRY_ID": _COUNTRY}, "select": ["ID"], "order": {"ID": "ASC"}}
        (rows,) = await self._finder.ask([Command("p", "crm.requisite.preset.list", params)])
        if not isinstance(rows, list) or not rows:
            raise CrmMisconfigured("the portal has no template of requisites")
        return int(rows[0]["ID"])
