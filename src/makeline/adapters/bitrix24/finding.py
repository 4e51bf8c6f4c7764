"""Look before anything is added: by our mark, and for people and firms by how they are reached or registered."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from makeline.adapters.bitrix24.client import MOST_IN_A_BATCH, Client, Command
from makeline.adapters.bitrix24.fields import TYPE_IDS, dialled, origin_of
from makeline.adapters.bitrix24.own_fields import ORIGINAL_NAMES
from makeline.adapters.bitrix24.portions import portions
from makeline.crm.gateway import CrmTrouble, Push
from makeline.crm.records import Company, Contact, Entity

PAGE = 50
# As many as one question about duplicates takes.
_MOST_VALUES = 20
# Only "*" brings telephones and e-mails along.
_WHOLE = ("*",)
_SLIM = ("id", "originatorId", "originId", "stageId", "updatedTime")


@dataclass
class Found:
    """What is there of one push: ``item`` the record as it stands, ``adopted`` when it was nobody's until now."""

    item: dict[str, Any]
    doubles: tuple[int, ...] = ()
    adopted: bool = False


@dataclass
class Finder:
    """Questions about what is there already, many to a request."""

    client: Client
    originator: str
    _reads: int = field(default=0, init=False)

    async def find(self, entity: Entity, pushes: Sequence[Push]) -> dict[int, Found]:
        """By position in ``pushes``. Known ones are looked at only where an update needs what is there."""
        unknown = {number: push for number, push in enumerate(pushes) if push.remote_id is None}
        origins = {origin_of(entity, push.record.our_id): number for number, push in unknown.items()}
        found = {
            number: Found(items[0], tuple(int(item["id"]) for item in items[1:]))
            for number, items in (await self._marked(entity, origins)).items()
        }
        left = {number: push for number, push in unknown.items() if number not in found}
        if entity is Entity.CONTACT:
            ids = [push.remote_id for push in pushes if push.remote_id is not None]
            items = {int(item["id"]): item for item in await self.items(entity, ids)}
            for number, push in enumerate(pushes):
                if push.remote_id in items:
                    found[number] = Found(items[push.remote_id])
        if entity in (Entity.CONTACT, Entity.COMPANY) and left:
            found |= await self._nobodys(entity, left)
        return found

    async def items(self, entity: Entity, ids: Iterable[int]) -> list[dict[str, Any]]:
        """Records by their ids; those that are gone, or hidden from us, are missing."""
        filters = [{"@id": part} for part in portions(sorted(set(ids)), PAGE)]
        return await self.listed(entity, filters, columns=_WHOLE)

    async def all_pages(self, entity: Entity, chosen: dict[str, Any]) -> list[dict[str, Any]]:
        """All records that a filter lets through, oldest first; when there are many, fifty pages to a request, each of
        which begins where the one before it ends."""
        found = await self._page(entity, chosen)
        while found and len(found) % PAGE == 0:
            last: str | int = int(found[-1]["id"])
            commands = []
            for number in range(MOST_IN_A_BATCH):
                commands.append(_list_command(f"l{number}", entity, {**chosen, ">id": last}, _SLIM))
                last = f"$result[l{number}][items][{PAGE - 1}][id]"
            for answer in await self.ask(commands):
                items = answer.get("items") or [] if isinstance(answer, dict) else []
                found += items
                if len(items) < PAGE:
                    return found
        return found

    async def listed(
        self, entity: Entity, filters: Sequence[dict[str, Any]], *, columns: Sequence[str] = ()
    ) -> list[dict[str, Any]]:
        """All records that one of the filters lets through, oldest first within each."""
        waiting = list(filters)
        found: list[dict[str, Any]] = []
        while waiting:
            now, waiting = waiting[:MOST_IN_A_BATCH], waiting[MOST_IN_A_BATCH:]
            asked = columns or (_WHOLE if entity in (Entity.CONTACT, Entity.COMPANY) else _SLIM)
            commands = [
                _list_command(f"l{number}", entity, chosen, asked) for number, chosen in enumerate(now)
            ]
            for chosen, answer in zip(now, await self.ask(commands), strict=True):
                items = answer.get("items") or [] if isinstance(answer, dict) else []
                found += items
                if len(items) >= PAGE:
                    waiting.append({**chosen, ">id": int(items[-1]["id"])})
        return found

    async def _page(self, entity: Entity, chosen: dict[str, Any]) -> list[dict[str, Any]]:
        (answer,) = await self.ask([_list_command("l", entity, chosen, _SLIM)])
        return answer.get("items") or [] if isinstance(answer, dict) else []

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """Answers of questions; the first trouble among them is raised: half an answer is none."""
        answers: list[Any] = []
        for part in portions(commands, MOST_IN_A_BATCH):
            answers += await self.client.batch(part)
        for answer in answers:
            if isinstance(answer, CrmTrouble):
                raise answer
        return answers

    async def _marked(self, entity: Entity, origins: Mapping[str, int]) -> dict[int, list[dict[str, Any]]]:
        filters = [{"originatorId": self.originator, "@originId": part} for part in portions(origins, PAGE)]
        found: dict[int, list[dict[str, Any]]] = {}
        for item in sorted(await self.listed(entity, filters), key=lambda item: int(item["id"])):
            number = origins.get(str(item.get("originId")))
            if number is not None:
                found.setdefault(number, []).append(item)
        return found

    async def _nobodys(self, entity: Entity, pushes: Mapping[int, Push]) -> dict[int, Found]:
        """Exactly one that fits, and with nobody's mark: it is taken over."""
        if entity is Entity.CONTACT:
            candidates = await self._reachable(pushes)
        else:
            candidates = await self._registered(pushes)
        ids = {remote_id for fitting in candidates.values() for remote_id in fitting}
        items = {int(item["id"]): item for item in await self.items(entity, ids)} if ids else {}
        found: dict[int, Found] = {}
        taken: set[int] = set()
        for number, fitting in candidates.items():
            there = [items[remote_id] for remote_id in fitting if remote_id in items]
            if len(there) != 1 or there[0].get("originatorId") or there[0].get("originId"):
                continue
            if int(there[0]["id"]) not in taken:
                taken.add(int(there[0]["id"]))
                found[number] = Found(there[0], adopted=True)
        return found

    async def _reachable(self, pushes: Mapping[int, Push]) -> dict[int, set[int]]:
        """E-mail first, then telephone: of one value after the other, because an answer does not say which it was of."""
        wanted: dict[int, tuple[str, str]] = {}
        for number, push in pushes.items():
            if isinstance(push.record, Contact):
                wanted[number] = (push.record.email, dialled(push.record.phone))
        emails = [email for email, _ in wanted.values() if email]
        phones = [phone for _, phone in wanted.values() if phone]
        ids = await self._same({"EMAIL": emails, "PHONE": phones})
        by_value: dict[str, set[int]] = {}
        for item in await self.items(Entity.CONTACT, ids) if ids else []:
            for way in item.get("fm") or []:
                value = str(way.get("value"))
                key = value.casefold() if way.get("typeId") == "EMAIL" else dialled(value)
                by_value.setdefault(key, set()).add(int(item["id"]))
        return {
            number: by_value.get(email.casefold()) or by_value.get(phone) or set()
            for number, (email, phone) in wanted.items()
        }

    async def _same(self, wanted: Mapping[str, Sequence[str]]) -> set[int]:
        asked = [
            {"type": kind, "values": part, "entity_type": "CONTACT"}
            for kind, values in wanted.items()
            for part in portions(dict.fromkeys(values), _MOST_VALUES)
        ]
        commands = [
            Command(f"d{number}", "crm.duplicate.findbycomm", params) for number, params in enumerate(asked)
        ]
        answers = await self.ask(commands)
        return {
            int(remote_id)
            for answer in answers
            if isinstance(answer, dict)
            for remote_id in answer.get("CONTACT", ())
        }

    async def _registered(self, pushes: Mapping[int, Push]) -> dict[int, set[int]]:
        numbers = {
            number: push.record.inn
            for number, push in pushes.items()
            if isinstance(push.record, Company) and push.record.inn
        }
        found: dict[str, set[int]] = {}
        chosen = [
            {"@RQ_INN": part, "ENTITY_TYPE_ID": TYPE_IDS[Entity.COMPANY]}
            for part in portions(sorted(set(numbers.values())), PAGE)
        ]
        for row in await requisites(self, chosen):
            found.setdefault(str(row.get("RQ_INN")), set()).add(int(row["ENTITY_ID"]))
        return {number: found.get(inn, set()) for number, inn in numbers.items()}


async def requisites(finder: Finder, filters: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Requisites that one of the filters lets through; at most a page of each."""
    columns = ["ID", "ENTITY_ID", "RQ_INN", "XML_ID"]
    commands = [
        Command(
            f"r{number}",
            "crm.requisite.list",
            {"filter": chosen, "select": columns, "order": {"ID": "ASC"}, "start": -1},
        )
        for number, chosen in enumerate(filters)
    ]
    return [row for rows in await finder.ask(commands) if isinstance(rows, list) for row in rows]


def _list_command(key: str, entity: Entity, chosen: dict[str, Any], columns: Sequence[str]) -> Command:
    params: dict[str, Any] = {
        "entityTypeId": TYPE_IDS[entity],
        "select": list(columns),
        "filter": chosen,
        "order": {"id": "ASC"},
        "start": -1,
    }
    params |= ORIGINAL_NAMES if entity is Entity.DEAL else {}
    return Command(key, "crm.item.list", params)
