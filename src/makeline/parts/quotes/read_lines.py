"""Lines of an offer as they come from the wire: read, measured and priced; everything wrong is named by its line."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from makeline.commerce.accounts.members import Member
from makeline.commerce.documents.queries import access_document
from makeline.foundation.database import Database
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import FieldProblem, Invalid, NotFound
from makeline.parts.catalog.board import RateBoard
from makeline.parts.catalog.queries import Rates
from makeline.parts.geometry.models import PartFile
from makeline.parts.geometry.queries import LARGEST_ID, file_of_token
from makeline.parts.geometry.viewer import hash_of_file_token, viewer_of
from makeline.parts.geometry.wait import measured_file
from makeline.parts.pricing.refusals import Reason, Unpriceable
from makeline.parts.pricing.request import Buyer
from makeline.parts.quotes.ask import buyer_of
from makeline.parts.quotes.make import NewLine
from makeline.parts.quotes.measured import measured_part
from makeline.parts.quotes.models import QuoteLine
from makeline.parts.quotes.price_line import Referred, price_line
from makeline.parts.quotes.priced import Priced
from makeline.parts.quotes.schemas import PriceRequest

MOST_LINES = 50
_LONGEST_TITLE, _LONGEST_WORDS, _MOST_PAPERS = 200, 4000, 50
_ASKED = PriceRequest.model_fields.keys() - {"file_token"}
_SIZES = ("length", "width", "height", "thickness", "dia", "diameter")


class _Entry(NamedTuple):
    """A line that was read: what is asked of which file, or a line that stays as it is."""

    title: str
    fields: Mapping[str, Any]
    file: PartFile | None
    token_hash: str | None
    stays: QuoteLine | None


@dataclass(frozen=True)
class LineReader:
    """What reading lines needs of the house."""

    database: Database
    board: RateBoard

    async def read(
        self, member: Member, entries: Sequence[Mapping[str, Any]], before: Mapping[int, QuoteLine]
    ) -> list[NewLine]:
        """The lines, each priced or referred to staff; ``before``: those that may stay, by id.

        Raises ``Unpriceable`` and ``Invalid`` with every mistake of every line, ``FileNotReady``, ``NotFound``.
        """
        read = [await self._entry(member, entry, number, before) for number, entry in enumerate(entries)]
        # Beside the loop: nobody else waits for fifty prices.
        return await asyncio.to_thread(_priced, read, await self.board.rates(), buyer_of(member))

    async def _entry(
        self, member: Member, entry: Mapping[str, Any], number: int, before: Mapping[int, QuoteLine]
    ) -> _Entry:
        said = {name: value for name, value in entry.items() if value is not None}
        stays = _line_before(said.pop("line_id", None), number, before)
        if stays is not None and not said:
            return _Entry(stays.title, stays.request, None, None, stays)
        title, token = _text(said, "title", number), _text(said, "file_token", number)
        if stays is not None:
            told = {name: value for name, value in stays.request.items() if not token or name != "file_id"}
            said, title = {**told, **said}, title or stays.title
        token_hash = hash_of_file_token(token) if token and said.get("file_id") is None else None
        file = await self._file(member, said.get("file_id"), token, number)
        fields = {name: value for name, value in said.items() if name in _ASKED}
        if file is not None:
            fields["file_id"] = file.id
        await self._check_words(member, fields, number)
        return _Entry(title or _named(fields, file), fields, file, token_hash, None)

    async def _file(self, member: Member, file_id: Any, token: str, number: int) -> PartFile | None:
        if file_id is None and token:
            found = await self.database.read(lambda unit: file_of_token(unit, hash_of_file_token(token)))
            if found is None:
                raise NotFound(f"lines[{number}]: there is no such file, or its week is over")
            file_id = found.id
        if file_id is None:
            return None
        if type(file_id) is not int:
            raise Invalid(FieldProblem(f"lines[{number}].file_id", "must be a whole number"))
        if not 0 < file_id < LARGEST_ID:
            raise NotFound(f"lines[{number}]: there is no such file")
        viewer = viewer_of(member, file_token=token)
        return await measured_file(self.database, viewer, file_id, field=f"lines[{number}].file_id")

    async def _check_words(self, member: Member, fields: Mapping[str, Any], number: int) -> None:
        words, papers = fields.get("special_instructions", ""), fields.get("document_ids", [])
        if not isinstance(words, str) or len(words) > _LONGEST_WORDS:
            problem = f"must be text of at most {_LONGEST_WORDS} characters"
            raise Invalid(FieldProblem(f"lines[{number}].special_instructions", problem))
        if (
            not isinstance(papers, list)
            or len(papers) > _MOST_PAPERS
            or {type(one) for one in papers} - {int}
        ):
            problem = f"must be a list of at most {_MOST_PAPERS} ids"
            raise Invalid(FieldProblem(f"lines[{number}].document_ids", problem))
        if papers:
            await self.database.read(lambda unit: _own_papers(unit, member, papers))


def _own_papers(unit: Reading, member: Member, papers: Sequence[int]) -> None:
    for paper in papers:
        access_document(unit, member, max(paper, 0))


def _line_before(line_id: Any, number: int, before: Mapping[int, QuoteLine]) -> QuoteLine | None:
    if line_id is None:
        return None
    if type(line_id) is not int or line_id not in before:
        raise Invalid(FieldProblem(f"lines[{number}].line_id", "is no line of the revision before"))
    return before[line_id]


def _text(said: dict[str, Any], name: str, number: int) -> str:
    """Taken out of what was said."""
    value = said.pop(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST_TITLE:
        problem = f"must be text of at most {_LONGEST_TITLE} characters"
        raise Invalid(FieldProblem(f"lines[{number}].{name}", problem))
    return " ".join("".join(sign if sign.isprintable() else " " for sign in value).split())


def _named(fields: Mapping[str, Any], file: PartFile | None) -> str:
    if file is not None:
        return file.original_name
    given = fields.get("dimensions")
    places = {**given, **fields} if isinstance(given, dict) else fields
    found = [places[name] for name in _SIZES if isinstance(places.get(name), int | float)]
    return " × ".join(f"{size:g}" for size in found) + " mm"


def _priced(entries: Sequence[_Entry], rates: Rates, buyer: Buyer) -> list[NewLine]:
    lines, problems, reasons = list[NewLine](), list[FieldProblem](), list[Reason]()
    for number, entry in enumerate(entries):
        try:
            lines.append(_line(entry, rates, buyer))
        except Unpriceable as refusal:
            reasons += [replace(one, field=f"lines[{number}].{one.field}") for one in refusal.reasons]
        except Invalid as refusal:
            problems += [
                FieldProblem(f"lines[{number}].{one.field}", one.message, one.received)
                for one in refusal.problems
            ]
    if problems:
        raise Invalid(*problems, *Unpriceable(reasons).problems)
    if reasons:
        raise Unpriceable(reasons)
    return lines


def _line(entry: _Entry, rates: Rates, buyer: Buyer) -> NewLine:
    if entry.stays is not None:
        return NewLine(entry.title, entry.fields, entry.stays)
    if entry.fields.get("rate_card", rates.card) != rates.card:
        raise Invalid(FieldProblem("rate_card", f"quotes are priced by {rates.card}"))
    measured = None if entry.file is None else measured_part(entry.file)
    outcome: Priced | Referred = price_line(entry.fields, rates, measured=measured, buyer=buyer)
    file_id = None if entry.file is None else entry.file.id
    return NewLine(entry.title, entry.fields, outcome, file_id, entry.token_hash)
