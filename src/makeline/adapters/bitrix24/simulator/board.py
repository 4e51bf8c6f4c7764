"""The portal as a page: deals and leads on boards that can be moved by hand, people, firms and documents in lists."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from html import escape
from typing import Any

from makeline.adapters.bitrix24.simulator.shelf import (
    COMPANY,
    CONTACT,
    DEAL,
    INVOICE,
    LEAD,
    Shelf,
    stage_list,
)

_MOST_CARDS = 60
_MOST_ROWS = 200
_OWN_FIELDS = {
    "UF_CRM_MAKELINE_READY_DATE": "Ready on",
    "UF_CRM_MAKELINE_HOURS": "Hours",
    "UF_CRM_MAKELINE_RATE_CARD": "Rates",
}
_ENDS = {"": "open", "S": "won", "F": "lost"}


def render_page(shelf: Shelf, figures: Mapping[str, int]) -> str:
    """All of it; every text of a record is shown, never obeyed."""
    boards = [
        _board(shelf, DEAL, f"Deals: {name}", stage_list(number), number)
        for number, name in shelf.funnels.items()
        if number == 0 or any(_funnel_of(item) == number for item in shelf.items[DEAL].values())
    ]
    parts = [
        *boards,
        _board(shelf, LEAD, "Leads", "STATUS", None),
        _people(shelf),
        _firms(shelf),
        _documents(shelf),
    ]
    counted = " ".join(f"<li><b>{value:,}</b> {escape(name)}</li>" for name, value in figures.items())
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Simulated CRM</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark"><link rel="stylesheet" href="/board.css">'
        '<script src="/board.js" defer></script></head><body><a class="skip" href="#main">To the boards</a>'
        "<header><h1>Simulated CRM</h1><p>A stand-in for a Bitrix24 portal. Drag a card, or focus it and press "
        "<kbd>←</kbd> <kbd>→</kbd>, and Makeline hears of it.</p>"
        f'<ul class="figures">{counted}</ul></header>'
        f'<main id="main" data-changes="{len(shelf.effects)}">{"".join(parts)}</main></body></html>'
    )


def _board(shelf: Shelf, kind: int, title: str, listed: str, funnel: int | None) -> str:
    stages = shelf.statuses.get(listed, {})
    items = [item for item in shelf.items[kind].values() if funnel is None or _funnel_of(item) == funnel]
    columns = "".join(
        _column(shelf, kind, stage, meaning, stages, [item for item in items if item.get("stageId") == stage])
        for stage, meaning in stages.items()
    )
    return f"<section><h2>{escape(title)} <small>{len(items)}</small></h2><div class=board>{columns}</div></section>"


def _column(
    shelf: Shelf,
    kind: int,
    stage: str,
    meaning: str,
    stages: Mapping[str, str],
    items: list[dict[str, Any]],
) -> str:
    newest = sorted(items, key=lambda item: -item["id"])
    cards = "".join(_card(shelf, kind, item, stages) for item in newest[:_MOST_CARDS])
    more = f"<p class=more>and {len(items) - _MOST_CARDS} more</p>" if len(items) > _MOST_CARDS else ""
    return (
        f'<div class="column {_ENDS[meaning]}" data-stage="{escape(stage)}" data-kind="{kind}">'
        f"<h3>{escape(_words(stage))} <small>{len(items)}</small></h3>{_sums(items)}{cards}{more}</div>"
    )


def _card(shelf: Shelf, kind: int, item: dict[str, Any], stages: Mapping[str, str]) -> str:
    chosen = "".join(
        f'<option value="{escape(stage)}"{" selected" if stage == item.get("stageId") else ""}>'
        f"{escape(_words(stage))}</option>"
        for stage in stages
    )
    name = f"{kind}-{item['id']}"
    facts = "".join(
        f"<div><dt>{label}</dt><dd>{escape(str(item[field]))}</dd></div>"
        for field, label in _OWN_FIELDS.items()
        if item.get(field)
    )
    link = str(item.get("UF_CRM_MAKELINE_URL") or "")
    page = f'<a href="{escape(link)}">order page</a>' if link.startswith(("http://", "https://")) else ""
    return (
        f'<article class=card id="card-{name}" tabindex=0 draggable=true data-id="{item["id"]}" data-kind="{kind}"'
        f' aria-label="{escape(_title(item))}"><h4>{escape(_title(item))}</h4>{_amount(item)}{_whose(shelf, item)}'
        f"<dl>{facts}</dl>{page}"
        f'<form method=post action="/move"><input type=hidden name=kind value="{kind}">'
        f'<input type=hidden name=id value="{item["id"]}"><label class=hidden for="stage-{name}">Stage</label>'
        f'<select id="stage-{name}" name=stage>{chosen}</select><button>Move</button></form></article>'
    )


def _people(shelf: Shelf) -> str:
    rows = (
        (
            item["id"],
            " ".join(str(item[part]) for part in ("name", "secondName", "lastName") if item.get(part)),
            ", ".join(str(way["value"]) for way in item["fm"]),
            _name_of(shelf, COMPANY, item.get("companyId")),
            item.get("originId"),
        )
        for item in _newest(shelf, CONTACT)
    )
    return _list(
        "Contacts", len(shelf.items[CONTACT]), ("No.", "Name", "Reached by", "Company", "Ours"), rows
    )


def _firms(shelf: Shelf) -> str:
    numbers = {str(row.get("ENTITY_ID")): row for row in shelf.requisites.values()}
    rows = (
        (
            item["id"],
            item.get("title"),
            (numbers.get(str(item["id"])) or {}).get("RQ_INN"),
            (numbers.get(str(item["id"])) or {}).get("RQ_KPP"),
            item.get("originId"),
        )
        for item in _newest(shelf, COMPANY)
    )
    return _list("Companies", len(shelf.items[COMPANY]), ("No.", "Name", "INN", "KPP", "Ours"), rows)


def _documents(shelf: Shelf) -> str:
    rows = (
        (
            row["number"],
            (shelf.items[INVOICE].get(int(row["entityId"])) or {}).get("title"),
            _money(shelf.items[INVOICE].get(int(row["entityId"])) or {}),
            f"made {max(0, int(shelf.clock() - row['made']))} s ago",
        )
        for row in sorted(shelf.documents.values(), key=lambda row: -int(row["id"]))[:_MOST_ROWS]
    )
    return _list("Documents", len(shelf.documents), ("No.", "Invoice", "Sum", "State"), rows)


def _list(title: str, count: int, heads: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    head = "".join(f"<th scope=col>{name}</th>" for name in heads)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(str('' if cell is None else cell))}</td>" for cell in row) + "</tr>"
        for row in rows
    )
    shown = f"<div class=scroll><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    nothing = "<p class=nothing>Nothing here yet.</p>"
    return f"<section><h2>{title} <small>{count}</small></h2>{shown if count else nothing}</section>"


def _newest(shelf: Shelf, kind: int) -> list[dict[str, Any]]:
    return sorted(shelf.items[kind].values(), key=lambda item: -item["id"])[:_MOST_ROWS]


def _funnel_of(item: dict[str, Any]) -> int:
    prefix, colon, _ = str(item.get("stageId") or "").partition(":")
    return int(prefix[1:]) if colon and prefix[1:].isdecimal() else 0


def _words(stage: str) -> str:
    return stage.rpartition(":")[2].replace("_", " ").capitalize()


def _title(item: dict[str, Any]) -> str:
    return str(item.get("title") or item.get("name") or f"No. {item['id']}")


def _whose(shelf: Shelf, item: dict[str, Any]) -> str:
    people = item.get("contactIds") or []
    names = [_name_of(shelf, CONTACT, number) for number in people]
    names.append(_name_of(shelf, COMPANY, item.get("companyId")))
    shown = ", ".join(name for name in names if name) or str(item.get("name") or "")
    return f"<p class=whose>{escape(shown)}</p>" if shown else ""


def _name_of(shelf: Shelf, kind: int, number: Any) -> str:
    item = shelf.items[kind].get(int(number)) if str(number).isdecimal() else None
    if item is None:
        return ""
    parts = [str(item[part]) for part in ("name", "lastName") if item.get(part)]
    return " ".join(parts) or str(item.get("title") or "")


def _amount(item: dict[str, Any]) -> str:
    return f"<p class=sum>{escape(_money(item))}</p>" if item.get("opportunity") else ""


def _money(item: dict[str, Any]) -> str:
    return f"{_decimal(item.get('opportunity')):,.2f} {item.get('currencyId') or ''}".strip()


def _sums(items: list[dict[str, Any]]) -> str:
    totals: dict[str, Decimal] = {}
    for item in items:
        if item.get("opportunity"):
            currency = str(item.get("currencyId") or "")
            totals[currency] = totals.get(currency, Decimal(0)) + _decimal(item["opportunity"])
    shown = " · ".join(f"{total:,.2f} {currency}" for currency, total in sorted(totals.items()))
    return f"<p class=sums>{escape(shown)}</p>" if shown else ""


def _decimal(value: object) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return Decimal(0)
