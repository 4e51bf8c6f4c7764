"""Sales of the last days put side by side: by storefront today and before, and by day for the chart. Pure."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
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


def sales_board(
    days: Sequence[tuple[datetime, str]],
    cuts: Sequence[datetime],
    earlier: Sequence[Sales],
    today: Sequence[Sales],
) -> SalesBoard:
    """``days`` with their names, today last; ``earlier`` are spans that begin at ``cuts``, which hold every day's start but today's."""
    starts = [start for start, _ in days]
    shops = sorted(
        {_shop(row) for row in (*earlier, *today)}, key=lambda shop: (shop.is_test, shop.storefront)
    )
    by_day: list[list[Sales]] = [[] for _ in starts]
    by_day[-1] = list(today)
    first_half: dict[int, list[Sales]] = {}
    for row in earlier:
        cut = cuts[row.span]
        day = max(number for number, start in enumerate(starts) if start <= cut)
        by_day[day].append(row)
        if cut == starts[day]:
            first_half.setdefault(day, []).append(row)
    rows = [
        Row(
            shop,
            _figures(_of(shop, today)),
            _figures(_of(shop, first_half.get(len(starts) - 2, []))),
            _figures(_of(shop, first_half.get(len(starts) - 8, []))),
        )
        for shop in shops
    ]
    columns = [
        Day(name, [sum(row.orders for row in _of(shop, found)) for shop in shops], _figures(found).money)
        for (_, name), found in zip(days, by_day, strict=True)
    ]
    return SalesBoard(rows, shops, columns, _chart(shops, columns))


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
