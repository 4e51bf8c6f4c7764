"""What the portal's administrator sets up: funnels, stages, own fields; and what it tells of itself."""

from collections.abc import Callable, Mapping
from typing import Any

from makeline.adapters.bitrix24.simulator.filters import fields_in
from makeline.adapters.bitrix24.simulator.refused import Refused
from makeline.adapters.bitrix24.simulator.shelf import Shelf, stage_list, usual_stages

_WORDS = {"": "process", "S": "success", "F": "failure"}
_KINDS = frozenset({"string", "url", "date", "datetime", "double", "integer", "boolean"})
_PREFIX = "UF_CRM_"
_LONGEST_STAGE = 22


class Office:
    """``table``: its calls by name."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.table: Mapping[str, Callable[[dict[str, Any]], Any]] = {
            "crm.category.list": self._funnels,
            "crm.category.add": self._add_funnel,
            "crm.status.list": self._statuses,
            "crm.status.add": self._add_status,
            "crm.deal.userfield.list": self._own_fields,
            "crm.deal.userfield.add": self._add_own_field,
            "crm.settings.mode.get": lambda _: 1,
            "crm.requisite.preset.list": lambda _: [{"ID": "1", "NAME": "Organisation"}],
            "scope": lambda _: ["crm"],
            "profile": lambda _: {"ID": "1", "NAME": "Simulated", "ADMIN": True},
        }

    def _funnels(self, _params: dict[str, Any]) -> Any:
        rows = [{"id": number, "name": name} for number, name in self._shelf.funnels.items()]
        return {"categories": rows, "total": len(rows)}

    def _add_funnel(self, params: dict[str, Any]) -> Any:
        name = str(fields_in(params).get("name") or "")
        if not name:
            raise Refused("CRM_FIELD_ERROR_REQUIRED", "A required field is empty: name")
        number = max(self._shelf.funnels) + 1
        self._shelf.funnels[number] = name
        # A new funnel comes with the usual stages.
        self._shelf.statuses[stage_list(number)] = usual_stages(number)
        self._shelf.note("add", "FUNNEL", number)
        return {"category": {"id": number, "name": name}}

    def _statuses(self, params: dict[str, Any]) -> Any:
        statuses = self._shelf.statuses.get(str((params.get("filter") or {}).get("ENTITY_ID")), {})
        return [
            {
                "STATUS_ID": name,
                "NAME": name.rpartition(":")[2].replace("_", " ").capitalize(),
                "SEMANTICS": meaning or None,
                "EXTRA": {"SEMANTICS": _WORDS[meaning]},
            }
            for name, meaning in statuses.items()
        ]

    def _add_status(self, params: dict[str, Any]) -> Any:
        fields = fields_in(params)
        listed = str(fields.get("ENTITY_ID"))
        statuses, name = self._shelf.statuses.get(listed), str(fields.get("STATUS_ID") or "")
        if statuses is None or not name or not fields.get("NAME"):
            raise Refused(
                "CRM_FIELD_ERROR_REQUIRED", "A required field is empty: ENTITY_ID, STATUS_ID or NAME"
            )
        meaning = str(fields.get("SEMANTICS") or "")
        if meaning not in _WORDS or len(name) > _LONGEST_STAGE:
            raise Refused("CRM_FIELD_ERROR_VALUE_NOT_VALID", "The value of a field is not valid: STATUS_ID")
        funnel = listed.rpartition("_")[2]
        stage = f"C{funnel}:{name}" if funnel.isdecimal() else name
        if stage in statuses:
            raise Refused("CRM_FIELD_ERROR_VALUE_NOT_VALID", "The status code is taken")
        statuses[stage] = meaning
        number = self._shelf.new_id()
        self._shelf.note("add", "STATUS", number)
        return number

    def _own_fields(self, _params: dict[str, Any]) -> Any:
        return [{"FIELD_NAME": name, "USER_TYPE_ID": kind} for name, kind in self._shelf.own_fields.items()]

    def _add_own_field(self, params: dict[str, Any]) -> Any:
        fields = fields_in(params)
        name, kind = str(fields.get("FIELD_NAME") or ""), str(fields.get("USER_TYPE_ID"))
        name = name if name.startswith(_PREFIX) else _PREFIX + name
        if kind not in _KINDS or name == _PREFIX:
            raise Refused("ERROR_CORE", "The user type or the name is not valid")
        if name in self._shelf.own_fields:
            raise Refused("ERROR_CORE", f"The field {name} is there already")
        self._shelf.own_fields[name] = kind
        number = self._shelf.new_id()
        self._shelf.note("add", "FIELD", number)
        return number
