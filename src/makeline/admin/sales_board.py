"""Sales of the last days put side by side: by storefront today and before, and by day for the chart. Pure."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from makeline.admin.chart import Chart, draw_columns
from makeline.admin.questions.days import Sales


class Shop(NamedTuple):
    """A storefront, its test orders apart."""

    storefront: str
    is_test: bool


class Figures(NamedTuple):
    """Orders placed, how many of them are paid or held, and their money: minor units by currency."""

    orders: int
    paid: int
    money: Sequence[tuple[int, str]]


class Row(NamedTuple):
    """One storefront: today, and until the same time of day yesterday and a week ago."""

    shop: Shop
    today: Figures
    yesterday: Figures
    week_ago: Figures


class Day(NamedTuple):
    """One day of the chart: orders of each shop, and the money of all."""

    name: str
    orders: Sequence[int]
    money: Sequence[tuple[int, str]]


class SalesBoard(NamedTuple):
    """``days`` from the earliest; ``shops`` in the order of the chart's series."""

    rows: Sequence[Row]
    shops: Sequence[Shop]
    days: Sequence[Day]
    chart: Chart


class Earlier(NamedTuple):
    """What today is held against: every day before, and yesterday and a week ago until the same time of day."""

    days: Sequence[Sales]
    yesterday: Sequence[Sales]
    week_ago: Sequence[Sales]


def sales_board(names: Sequence[str], earlier: Earlier, today: Sequence[Sales]) -> SalesBoard:
    """``names`` of all days, today's last; the spans of ``earlier.days`` are positions of it."""
    known = {_shop(row) for row in (*earlier.days, *today)}
    shops = sorted(known, key=lambda shop: (shop.is_test, shop.storefront))
    by_day: list[list[Sales]] = [[] for _ in names]
    by_day[-1] = list(today)
    for row in earlier.days:
        by_day[row.span].append(row)
    rows = [
        Row(shop, *(_figures(_of(shop, sales)) for sales in (today, earlier.yesterday, earlier.week_ago)))
        for shop in shops
    ]
    days = [
        Day(name, [sum(row.orders for row in _of(shop, found)) for shop in shops], _figures(found).money)
        for name, found in zip(names, by_day, strict=True)
    ]
    return SalesBoard(rows, shops, days, _chart(shops, days))


def _chart(shops: Sequence[Shop], days: Sequence[Day]) -> Chart:
    counts = [[day.orders[number] for day in days] for number in range(len(shops))]
    return draw_columns([day.name for day in days], counts)


def _shop(row: Sales) -> Shop:
    return Shop(row.storefront, row.is_test)


def _of(shop: Shop, rows: Sequence[Sales]) -> list[Sales]:
    return [row for row in rows if _shop(row) == shop]


def _figures(rows: Sequence[Sales]) -> Figures:
    money: Counter[str] = Counter()
    for row in rows:
        money[row.currency] += row.minor
    return Figures(
        sum(row.orders for row in rows),
        sum(row.paid for row in rows),
        [(minor, currency) for currency, minor in sorted(money.items()) if minor],
    )
