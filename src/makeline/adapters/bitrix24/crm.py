"""Implements ``Crm``: records go out in batches of fifty, and what is there is found before anything is added."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from makeline.adapters.bitrix24.client import MOST_IN_A_BATCH, Client, Command
from makeline.adapters.bitrix24.compare import differences
from makeline.adapters.bitrix24.fields import (
    TYPE_IDS,
    fields_of,
    new_ways,
    origin_of,
    our_id_in,
    rows_command,
    ways_to_reach,
)
from makeline.adapters.bitrix24.finding import Finder, Found
from makeline.adapters.bitrix24.firms import Firms
from makeline.adapters.bitrix24.own_fields import ORIGINAL_NAMES
from makeline.adapters.bitrix24.packing import Group, Packing
from makeline.adapters.bitrix24.portions import portions
from makeline.adapters.bitrix24.shape import read_shape, read_stage_list
from makeline.adapters.bitrix24.stages import Stages
from makeline.adapters.bitrix24.work import BATCH, PLENTY
from makeline.crm.gateway import (
    CrmAway,
    CrmGone,
    CrmMisconfigured,
    CrmSpent,
    CrmTrouble,
    Difference,
    Outcome,
    PortalStage,
    Push,
    Pushed,
    Room,
    Seen,
)
from makeline.crm.records import Company, Deal, Entity, Record
from makeline.crm.stage_table import USUAL_STAGES, StageTables

ReadTables = Callable[[], Awaitable[StageTables]]


async def _usual_stages() -> StageTables:
    return USUAL_STAGES


# What is asked before anything is written, and of how many records at once.
_QUESTIONS = {"crm.item.list": 10, "crm.duplicate.findbycomm": 8, "crm.requisite.list": 20}
# The second call that some records need.
_BESIDE = {Entity.DEAL: "crm.item.productrow.set", Entity.COMPANY: "crm.requisite.add"}
# What there must be room for before it is worth a try.
_WRITES = ("crm.item.add", "crm.item.update", *_BESIDE.values())
_LEAST = {**dict.fromkeys((*_QUESTIONS, *_WRITES), 1), BATCH: 2}


class BitrixCrm:
    """One portal. ``originator`` marks our records; one for each installation. ``funnel``: which one deals are in.
    ``tables`` tells which stages stand for which step, as it is now."""

    def __init__(
        self, client: Client, *, originator: str, funnel: int, mode: str, tables: ReadTables = _usual_stages
    ) -> None:
        self._client = client
        self._originator = originator
        self._funnel = funnel
        self._mode = mode
        self._tables = tables
        self._finder = Finder(client, originator)
        self._firms = Firms(self._finder)
        self._stages: Stages | None = None

    @property
    def client(self) -> Client:
        """The line to the portal, for whoever else speaks to it: its limits are of all together."""
        return self._client

    @property
    def mode(self) -> str:
        """See ``Crm``."""
        return self._mode

    def room(self, entity: Entity) -> Room:
        """See ``Crm``."""
        room = self._client.pace.room
        beside = _BESIDE.get(entity)
        most = min(room(BATCH) // (1 if beside is None else 2), room(beside) if beside else PLENTY)
        # A question is about so many records at least, whatever has to be asked again.
        for method, records in _QUESTIONS.items():
            most = min(most, records * room(method))
        return Room(min(most, room("crm.item.add")), min(most, room("crm.item.update")))

    def slowed(self) -> CrmSpent | None:
        """See ``Crm``."""
        return self._client.pace.slowed(_LEAST)

    def meter(self) -> str:
        """See ``Crm``."""
        return self._client.pace.kept()

    def resume(self, meter: str) -> None:
        """See ``Crm``."""
        self._client.pace.remember(meter)

    async def push(self, pushes: Sequence[Push]) -> AsyncIterator[list[tuple[int, Outcome]]]:
        """See ``Crm``."""
        entity = pushes[0].record.entity
        stages = await self._read_stages() if entity in (Entity.LEAD, Entity.DEAL) else None
        found = await self._finder.find(entity, pushes)
        if entity is Entity.COMPANY:
            await self._firms.learn(pushes)
        if entity is Entity.DEAL:
            await self._firms.learn_deals(pushes)
        packing = Packing(
            (self._commands(number, push, found.get(number), stages) for number, push in enumerate(pushes)),
            self._client.pace,
        )
        for part in packing.parts():
            answers = await self._client.batch([command for group in part for command in group.commands])
            yield list(_outcomes(part, answers, pushes, found))
        if packing.left:
            methods = {command.method for group in packing.left for command in group.commands}
            spent = self._client.pace.spent(*methods, BATCH)
            yield [(group.number, spent) for group in packing.left]

    async def read(self, entity: Entity, remote_ids: Sequence[int]) -> list[Seen]:
        """See ``Crm``."""
        stages = await self._read_stages()
        items = await self._finder.items(entity, remote_ids)
        # What may not be read is left out of a list without a word; asked for by itself, it says so.
        missing = sorted(set(remote_ids) - {int(item["id"]) for item in items})
        for part in portions(missing, MOST_IN_A_BATCH):
            params = [{"entityTypeId": TYPE_IDS[entity], "id": remote_id} for remote_id in part]
            asked = [Command(f"g{number}", "crm.item.get", each) for number, each in enumerate(params)]
            for answer in await self._client.batch(asked):
                if isinstance(answer, CrmTrouble) and not isinstance(answer, CrmGone):
                    raise answer
                if isinstance(answer, dict):
                    items.append(answer["item"])
        return [self._seen(entity, item, stages) for item in items]

    def differences(self, record: Record, seen: Seen) -> list[Difference]:
        """See ``Crm``."""
        assert self._stages is not None, "nothing was read"
        return differences(record, seen.raw, self._stages)

    async def changed_since(self, entity: Entity, since: datetime) -> list[Seen]:
        """See ``Crm``."""
        stages = await self._read_stages()
        moment = since.astimezone(UTC).isoformat(timespec="seconds")
        chosen = {"originatorId": self._originator, ">=updatedTime": moment}
        return [self._seen(entity, item, stages) for item in await self._finder.all_pages(entity, chosen)]

    async def stages(self, entity: Entity) -> list[PortalStage]:
        """See ``Crm``."""
        return await read_stage_list(self._client, entity, self._funnel)

    async def probe(self) -> None:
        """See ``Crm``."""
        self._stages = None
        await self._read_stages()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()

    def _commands(self, number: int, push: Push, found: Found | None, stages: Stages | None) -> Group:
        record, entity = push.record, push.record.entity
        fields = fields_of(record, stages)
        remote_id = int(found.item["id"]) if found else push.remote_id
        params: dict[str, Any] = {"entityTypeId": TYPE_IDS[entity], "fields": fields}
        params |= ORIGINAL_NAMES if entity is Entity.DEAL else {}
        key = f"i{number}"
        if remote_id is None:
            ways = [
                {"typeId": kind, "valueType": use, "value": value}
                for kind, use, value in ways_to_reach(record)
            ]
            fields |= self._mark(entity, record.our_id)
            if ways:
                fields["fm"] = {f"n{place}": way for place, way in enumerate(ways)}
            method, owner = "crm.item.add", f"$result[{key}][item][id]"
        else:
            method, owner, params["id"] = "crm.item.update", str(remote_id), remote_id
            if found and found.adopted:
                # What they know stays; we add our mark and what is missing.
                for name in [name for name in fields if found.item.get(name)]:
                    del fields[name]
                fields |= self._mark(entity, record.our_id)
            changed = (
                new_ways(record, (found.item.get("fm") or []) if found else [])
                if entity is Entity.CONTACT
                else {}
            )
            if changed:
                fields["fm"] = changed
        commands = [Command(key, method, params)]
        if isinstance(record, Deal):
            commands.append(rows_command(f"r{number}", record, owner))
            commands += self._firms.link(f"k{number}", record, owner)
        if isinstance(record, Company):
            commands += self._firms.commands(f"q{number}", record, owner)
        return Group(number, commands)

    def _mark(self, entity: Entity, our_id: int) -> dict[str, str]:
        return {"originatorId": self._originator, "originId": origin_of(entity, our_id)}

    def _seen(self, entity: Entity, item: dict[str, Any], stages: Stages) -> Seen:
        stage = str(item.get("stageId") or "")
        marked = item.get("originatorId") == self._originator
        return Seen(
            remote_id=int(item["id"]),
            ours=our_id_in(entity, item.get("originId")) if marked else None,
            stage=stage,
            step=stages.step_of(entity, stage),
            at=_moment(item.get("updatedTime")),
            raw=item,
        )

    async def _read_stages(self) -> Stages:
        """Read once, with our own fields; a probe reads them again. Raises ``CrmMisconfigured`` when one is missing."""
        tables = await self._tables()
        if self._stages is None or self._stages.tables != tables:
            shape = await read_shape(self._client, self._funnel, tables)
            if lacks := shape.lacks:
                raise CrmMisconfigured(f"the portal has no {lacks[0].words}: run makeline crm setup")
            self._stages = shape.stages
        return self._stages


def _outcomes(
    part: list[Group], answers: list[Any], pushes: Sequence[Push], found: dict[int, Found]
) -> Iterator[tuple[int, Outcome]]:
    at = 0
    for number, commands in part:
        mine = answers[at : at + len(commands)]
        at += len(commands)
        trouble = next((answer for answer in mine if isinstance(answer, CrmTrouble)), None)
        if trouble is not None:
            yield number, trouble
            continue
        item = mine[0].get("item") if isinstance(mine[0], dict) else None
        item = item if isinstance(item, dict) else {}
        known = found.get(number)
        remote_id = int(known.item["id"]) if known else pushes[number].remote_id
        if remote_id is None:
            if "id" not in item:
                yield number, CrmAway("the answer to an add names no record")
                continue
            remote_id = int(item["id"])
        written = _moment(item["updatedTime"]) if item.get("updatedTime") else None
        yield number, Pushed(remote_id, known.doubles if known else (), written)


def _moment(value: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
