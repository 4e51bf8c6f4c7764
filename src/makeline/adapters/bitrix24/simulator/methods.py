"""The calls a portal knows, as far as a mirror needs them."""

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from makeline.adapters.bitrix24.simulator.filters import fields_in, let_through, number_in, tests_of
from makeline.adapters.bitrix24.simulator.office import Office
from makeline.adapters.bitrix24.simulator.papers import Papers
from makeline.adapters.bitrix24.simulator.refused import Refused
from makeline.adapters.bitrix24.simulator.requisites import Requisites
from makeline.adapters.bitrix24.simulator.shelf import CONTACT, DEAL, FIELDS, INVOICE, LEAD, NAMES, Shelf

PAGE = 50
Happened = Callable[[int, int, str], None]
Method = Callable[[dict[str, Any]], Any]


class Methods:
    """``happened`` hears of (kind, id, ADD or UPDATE)."""

    def __init__(self, shelf: Shelf, happened: Happened) -> None:
        self._shelf = shelf
        self._happened = happened
        self.refuse_title = ""
        self.papers = Papers(shelf)
        self.table: Mapping[str, Method] = {
            "crm.item.add": self._add,
            "crm.item.update": self._update,
            "crm.item.get": lambda params: {"item": self._item(params)},
            "crm.item.list": self._list,
            "crm.item.fields": self._fields_known,
            "crm.item.productrow.set": self._set_rows,
            "crm.duplicate.findbycomm": self._find_by_communication,
            **Requisites(shelf).table,
            **Office(shelf).table,
            **self.papers.table,
        }

    def move(self, kind: int, number: int, changes: dict[str, Any]) -> None:
        """Somebody of the sales people changes a record by hand."""
        self._update({"entityTypeId": kind, "id": number, "fields": changes})

    def delete(self, kind: int, number: int) -> None:
        """Somebody deletes one."""
        self._shelf.items[kind].pop(number, None)
        self._shelf.note("delete", NAMES[kind], number)
        self._happened(kind, number, "DELETE")

    def _add(self, params: dict[str, Any]) -> Any:
        kind, fields = _kind(params), fields_in(params)
        self._check(kind, fields)
        number = self._shelf.new_id()
        item = {"id": number, **dict.fromkeys(FIELDS[kind]), "createdTime": self._shelf.moment()}
        item |= {"stageId": "NEW"} if kind in (LEAD, DEAL) else {}
        item["fm"] = []
        self._shelf.items[kind][number] = item
        self._store(item, fields, self._known(params))
        self._shelf.note("add", NAMES[kind], number)
        self._happened(kind, number, "ADD")
        return {"item": item}

    def _update(self, params: dict[str, Any]) -> Any:
        kind, fields, item = _kind(params), fields_in(params), self._item(params)
        self._check(kind, fields)
        before = repr(item)
        self._store(item, fields, self._known(params))
        if repr(item) != before or item.get("updatedTime") is None:
            item["updatedTime"] = self._shelf.moment()
            self._shelf.note("update", NAMES[kind], item["id"])
            self._happened(kind, item["id"], "UPDATE")
        return {"item": item}

    def _known(self, params: dict[str, Any]) -> set[str]:
        """Fields of a kind; own ones by these names only for who asks for them so."""
        own = params.get("useOriginalUfNames") == "Y" and _kind(params) == DEAL
        return set(FIELDS[_kind(params)]) | (set(self._shelf.own_fields) if own else set())

    def _fields_known(self, params: dict[str, Any]) -> Any:
        return {"fields": {name: {"title": name} for name in sorted(self._known(params))}}

    def _store(self, item: dict[str, Any], fields: dict[str, Any], known: set[str]) -> None:
        for name, value in fields.items():
            if name == "fm":
                self._reach(item, value)
            elif name in known:
                item[name] = list(value.values()) if isinstance(value, dict) else value
        item.setdefault("updatedTime", self._shelf.moment())

    def _reach(self, item: dict[str, Any], changes: Any) -> None:
        entries = item["fm"]
        for key, change in (changes if isinstance(changes, dict) else {}).items():
            if key.isdecimal():
                entry = next((entry for entry in entries if entry["id"] == int(key)), None)
                if entry is not None and change.get("value"):
                    entry |= {name: change[name] for name in ("value", "valueType") if name in change}
                elif entry is not None:
                    entries.remove(entry)
            elif change.get("value"):
                entries.append({"id": self._shelf.new_id(), **change})

    def _check(self, kind: int, fields: dict[str, Any]) -> None:
        if self.refuse_title and self.refuse_title in str(fields.get("title", fields.get("name", ""))):
            raise Refused("CRM_FIELD_ERROR_VALUE_NOT_VALID", "The value of a field is not valid: title")
        stage = fields.get("stageId")
        if stage is not None and not any(stage in statuses for statuses in self._shelf.statuses.values()):
            raise Refused("CRM_FIELD_ERROR_VALUE_NOT_VALID", "The value of a field is not valid: stageId")
        if kind == CONTACT and not (fields.get("name", "x") or fields.get("lastName")):
            raise Refused("CRM_FIELD_ERROR_REQUIRED", "A required field is empty: name")

    def _item(self, params: dict[str, Any]) -> dict[str, Any]:
        item = self._shelf.items[_kind(params)].get(number_in(params.get("id")))
        if item is None:
            raise Refused("NOT_FOUND", "Item was not found")
        return item

    def _list(self, params: dict[str, Any]) -> Any:
        tests = tests_of(params)
        found = [item for item in self._shelf.items[_kind(params)].values() if let_through(item, tests)]
        found.sort(key=lambda item: item["id"])
        return {"items": [_selected(item, params.get("select")) for item in found[:PAGE]]}

    def _set_rows(self, params: dict[str, Any]) -> Any:
        owner = number_in(params.get("ownerId"))
        kind = {"D": DEAL, "SI": INVOICE}.get(str(params.get("ownerType")), -1)
        deal = self._shelf.items.get(kind, {}).get(owner)
        if deal is None:
            raise Refused("NOT_FOUND", "Owner was not found")
        rows = list((params.get("productRows") or {}).values())
        changed = self._shelf.rows.get(str(owner)) != rows
        self._shelf.rows[str(owner)] = rows
        if deal.get("isManualOpportunity") != "Y":
            deal["opportunity"] = str(
                sum((_decimal(row["price"]) * _decimal(row["quantity"]) for row in rows), Decimal(0))
            )
        if changed:
            self._shelf.note("rows", NAMES[kind], owner)
        return {"productRows": rows}

    def _find_by_communication(self, params: dict[str, Any]) -> Any:
        wanted = {str(value).casefold() for value in (params.get("values") or {}).values()}
        found = [
            number
            for number, item in self._shelf.items[CONTACT].items()
            for entry in item["fm"]
            if entry["typeId"] == params.get("type") and str(entry["value"]).casefold() in wanted
        ]
        return {"CONTACT": list(dict.fromkeys(found))} if found else []


def _kind(params: dict[str, Any]) -> int:
    kind = number_in(params.get("entityTypeId"))
    if kind not in NAMES:
        raise Refused("NOT_FOUND", "The type was not found")
    return kind


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        raise Refused("CRM_FIELD_ERROR_VALUE_NOT_VALID", "The value of a field is not valid: price") from None


def _selected(item: dict[str, Any], columns: Any) -> dict[str, Any]:
    wanted = set(columns.values()) if isinstance(columns, dict) else set(columns or ["*"])
    # Telephones and e-mails come with "*" alone.
    return dict(item) if "*" in wanted else {name: item.get(name) for name in {*wanted, "id"} - {"fm"}}
