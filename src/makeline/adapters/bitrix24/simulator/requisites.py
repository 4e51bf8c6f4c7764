"""The portal's calls about requisites: whose they are, their banks and addresses, and what deals they belong to."""

from collections.abc import Callable, Mapping
from typing import Any

from makeline.adapters.bitrix24.simulator.filters import fields_in, let_through, number_in, tests_of
from makeline.adapters.bitrix24.simulator.refused import Refused
from makeline.adapters.bitrix24.simulator.shelf import Shelf

_PAGE = 50
_Row = dict[str, Any]


class Requisites:
    """``table``: its calls by name."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self.table: Mapping[str, Callable[[_Row], Any]] = {
            "crm.requisite.list": lambda params: self._list(shelf.requisites, params),
            "crm.requisite.add": lambda params: self._add(shelf.requisites, "REQUISITE", params),
            "crm.requisite.update": lambda params: self._update(shelf.requisites, "REQUISITE", params),
            "crm.requisite.bankdetail.list": lambda params: self._list(shelf.banks, params),
            "crm.requisite.bankdetail.add": lambda params: self._add(shelf.banks, "BANK", params),
            "crm.requisite.bankdetail.update": lambda params: self._update(shelf.banks, "BANK", params),
            "crm.address.list": self._list_addresses,
            "crm.address.add": self._add_address,
            "crm.address.update": self._update_address,
            "crm.requisite.link.register": self._link,
        }

    def _list(self, rows: Mapping[int, _Row], params: _Row) -> Any:
        wanted = tests_of(params)
        return [row for row in rows.values() if let_through(row, wanted)][:_PAGE]

    def _add(self, rows: dict[int, _Row], kind: str, params: _Row) -> Any:
        fields = fields_in(params)
        if not fields.get("NAME") or not str(fields.get("ENTITY_ID", "")).isdecimal():
            raise Refused("CRM_FIELD_ERROR_REQUIRED", "A required field is empty: NAME or ENTITY_ID")
        number = self._shelf.new_id()
        rows[number] = {"ID": number, **fields}
        self._shelf.note("add", kind, number)
        return number

    def _update(self, rows: dict[int, _Row], kind: str, params: _Row) -> Any:
        row = rows.get(number_in(params.get("id")))
        if row is None:
            raise Refused("NOT_FOUND", f"{kind} was not found")
        row |= fields_in(params)
        self._shelf.note("update", kind, row["ID"])
        return True

    def _list_addresses(self, params: _Row) -> Any:
        wanted = tests_of(params)
        return [row for row in self._shelf.addresses if let_through(row, wanted)][:_PAGE]

    def _add_address(self, params: _Row) -> Any:
        if self._same_address(params) is not None:
            raise Refused("CRM_FIELD_ERROR_VALUE_NOT_VALID", "An address of this kind is there already")
        self._shelf.addresses.append(dict(fields_in(params)))
        self._shelf.note("add", "ADDRESS", number_in(fields_in(params).get("ENTITY_ID")))
        return True

    def _update_address(self, params: _Row) -> Any:
        row = self._same_address(params)
        if row is None:
            raise Refused("NOT_FOUND", "Address was not found")
        row |= fields_in(params)
        self._shelf.note("update", "ADDRESS", number_in(row.get("ENTITY_ID")))
        return True

    def _same_address(self, params: _Row) -> _Row | None:
        fields = fields_in(params)
        if not str(fields.get("ENTITY_ID", "")).isdecimal():
            raise Refused("CRM_FIELD_ERROR_REQUIRED", "A required field is empty: ENTITY_ID")
        key = ("TYPE_ID", "ENTITY_TYPE_ID", "ENTITY_ID")
        wanted = [str(fields.get(name)) for name in key]
        found = (row for row in self._shelf.addresses if [str(row.get(name)) for name in key] == wanted)
        return next(found, None)

    def _link(self, params: _Row) -> Any:
        fields = fields_in(params)
        requisite, bank = number_in(fields.get("REQUISITE_ID")), number_in(fields.get("BANK_DETAIL_ID"))
        owner, kind = number_in(fields.get("ENTITY_ID")), number_in(fields.get("ENTITY_TYPE_ID"))
        known = requisite in self._shelf.requisites and (bank == 0 or bank in self._shelf.banks)
        if not known or owner not in self._shelf.items.get(kind, {}):
            raise Refused("NOT_FOUND", "What is to be linked was not found")
        link = [requisite, bank]
        if self._shelf.links.get(f"{kind}:{owner}") != link:
            self._shelf.links[f"{kind}:{owner}"] = link
            self._shelf.note("link", "REQUISITE", owner)
        return True
