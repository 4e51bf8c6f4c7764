"""``/shop``: phones, designs and prices at a glance, in the visitor's language; made once for each until something changes."""

import json
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import urlencode

from makeline.cases.catalog.models import Brand, PhoneModel
from makeline.cases.catalog.queries import Catalogue, catalogue
from makeline.cases.ordering.customer_page import Words, language_links
from makeline.cases.ordering.price import web_price
from makeline.cases.shop.makers import makers
from makeline.cases.shop.order_page import place_text
from makeline.foundation.unit_of_work import Reading
from makeline.foundation.web.page_files import read_page_files
from makeline.kernel.money import Money

_PAGES = Path(__file__).parent / "pages"
_WORDS: Mapping[str, Words] = json.loads((_PAGES / "shop.json").read_text("utf-8"))
_TEMPLATE = Template((_PAGES / "shop.html").read_text("utf-8"))
SHOP_FILES = read_page_files(_PAGES)
# Fewer than this is worth telling.
_FEW = 6
# Pixels of a drawn phone.
_WIDE = 36


def render_shop(unit: Reading, named: Sequence[str], blanks: Mapping[str, int], language: str) -> bytes:
    """The whole page; ``named`` are the machines that work for the webstore, ``blanks`` what they have on sale per shell."""
    words, shop = _WORDS[language], catalogue(unit)
    prices = [web_price(template) for template in shop.templates.values()]
    least = str(min(prices, key=lambda price: price.minor)) if prices else ""
    body = "".join(_brand(words, shop, brand, blanks, least, language) for brand in shop.brands.values())
    body += _designs(words, shop)
    body += _delivery(words, shop, [place_text(machine) for machine in makers(unit, named)])
    page = _TEMPLATE.substitute(
        {
            **{name: escape(text) for name, text in words.items()},
            "language": language,
            "others": language_links(language),
            "body": body,
        }
    )
    return page.encode()


def _designs(words: Words, shop: Catalogue) -> str:
    tiles = "".join(
        _tile(
            template.name,
            [
                _pictures(words, template.image_count),
                *([words["styled"]] if template.category == "ai" else []),
            ],
            str(web_price(template)),
        )
        for template in shop.templates.values()
    )
    return _section(words["designs"], tiles)


def _brand(
    words: Words, shop: Catalogue, brand: Brand, blanks: Mapping[str, int], least: str, language: str
) -> str:
    models = [model for model in shop.models.values() if model.brand_id == brand.id]
    sold = models if brand.available else []
    tiles = "".join(_phone(words, shop, model, blanks, least, language) for model in sold)
    beside = words["models"].format(count=len(models)) if brand.available else words["soon"]
    return _section(brand.name, tiles, beside)


def _phone(
    words: Words, shop: Catalogue, model: PhoneModel, blanks: Mapping[str, int], least: str, language: str
) -> str:
    """A phone leads to its designer, unless there is no case for it now."""
    shells = shop.shells_of.get(model.id, ())
    count = sum(blanks.get(shell.id, 0) for shell in shells)
    told = words["from"].format(price=least)
    if count == 0:
        told = words["sold_out"]
    elif count < _FEW:
        told = words["left"].format(count=count)
    alarm = "" if count >= _FEW else ' class="alarm"'
    drawn = _drawing(shells[0].width_um, shells[0].height_um) if shells else ""
    inside = f"{drawn}<strong>{escape(model.name)}</strong><span{alarm}>{escape(told)}</span>"
    if not count:
        return f'<li class="off"><div>{inside}</div></li>'
    address = escape(f"shop/design?{urlencode({'model': model.id, 'lang': language})}")
    return f'<li><a href="{address}">{inside}</a></li>'


def _drawing(width: int, height: int) -> str:
    """A phone of its very proportions, with its camera."""
    tall = round(_WIDE * height / width)
    return (
        f'<svg class="phone" width="{_WIDE}" height="{tall}" aria-hidden="true">'
        f'<rect x="1" y="1" width="{_WIDE - 2}" height="{tall - 2}" rx="7"/>'
        '<rect class="camera" x="5" y="5" width="12" height="12" rx="4"/></svg>'
    )


def _delivery(words: Words, shop: Catalogue, places: Sequence[str]) -> str:
    zones = "".join(
        _tile(
            zone.name,
            [words["days"].format(least=zone.days_least, most=zone.days_most)],
            str(Money(zone.price_minor, zone.currency)),
        )
        for zone in shop.zones.values()
        if zone.available
    )
    collect = f"<p>{escape(words['collect'])} {escape(', '.join(places))}</p>" if places else ""
    extras = "".join(
        _tile(extra.name, [], str(Money(extra.webstore_price_minor, extra.currency)))
        for extra in shop.extras.values()
        if extra.available
    )
    beside = _section(words["extras"], extras) if extras else ""
    return _section(words["delivery"], zones, below=collect) + beside


def _pictures(words: Words, count: int) -> str:
    return words["pictures_1"] if count == 1 else words["pictures"].format(count=count)


def _tile(name: str, told: Sequence[str], price: str) -> str:
    said = "".join(f"<span>{escape(one)}</span>" for one in told)
    return f"<li><div><strong>{escape(name)}</strong>{said}<span>{escape(price)}</span></div></li>"


def _section(heading: str, tiles: str, beside: str = "", below: str = "") -> str:
    small = f"<small>{escape(beside)}</small>" if beside else ""
    listed = f'<ul class="tiles">{tiles}</ul>' if tiles else ""
    return f"<section><h2>{escape(heading)}{small}</h2>{listed}{below}</section>\n"
