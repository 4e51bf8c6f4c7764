"""What the partner sells: brands, stock of a device, shops and goods."""

from decimal import Decimal, InvalidOperation
from typing import Any

from makeline.adapters.print_partner.answers import trouble_of
from makeline.adapters.print_partner.certify.bench import Bench, Blank, must_hold
from makeline.adapters.print_partner.certify.verdicts import Failed, NotTried
from makeline.cases.production.print_partner import DeviceForbidden

_GOODS = (
    "id", "shop_id", "mobile_shell_id", "mobile_shell_name", "mobile_shell_sku", "mobile_model_id",
    "mobile_model_name", "brand_id", "brand_ename", "shell_classify_id", "shell_classify_ename",
)  # fmt: skip


async def brands_have_an_id_and_both_names(bench: Bench) -> str:
    """brand/list answers an array of id, name and e_name, all texts."""
    rows = _rows(await bench.talk.ask("brand/list", {}), "brand/list")
    for row in rows:
        must_hold(row, {"id": str, "name": str, "e_name": str}, f"brand {row!r:.60}")
    bench.brands = [row["id"] for row in rows]
    return f"{len(rows)} brands"


async def stock_of_the_device_has_shells_with_sizes_as_texts(bench: Bench) -> str:
    """stock/list answers model and shell ids, width and height as texts in millimetres, stock as a whole number."""
    if not bench.brands:
        raise NotTried("no brand is known")
    shape = {"mobile_model_name": str, "mobile_model_id": str, "mobile_shell_id": str, "stock": int}
    count = 0
    for brand in bench.brands:
        fields = {"device_id": bench.plan.device, "brand_id": brand}
        for row in _all_rows(await bench.talk.ask("stock/list", fields), "stock/list"):
            must_hold(row, {**shape, "width": str, "height": str}, f"stock of {row.get('mobile_shell_id')}")
            size = _millimetres(row["width"]), _millimetres(row["height"])
            count += 1
            if bench.blank is None and row["stock"] > 0:
                bench.blank = Blank(row["mobile_model_id"], row["mobile_shell_id"], *size)
    if bench.blank is None:
        raise Failed(f"{count} shells, none of them in stock: nothing can be printed on this device")
    return f"{count} shells; {bench.blank.shell} is used for the checks that follow"


async def stock_of_a_device_of_somebody_else_is_refused(bench: Bench) -> str:
    """A device that is not assigned to the account: "No permission to access the current device"."""
    brand = bench.brands[0] if bench.brands else "BR20250111000002"
    fields = {"device_id": "ZZZZZZZZ9999", "brand_id": brand}
    answer = await bench.must_refuse("stock/list", fields)
    if not isinstance(trouble_of(answer.envelope), DeviceForbidden):
        raise Failed(f"refused in words we do not know: {bench.talk.hide(answer.envelope.text)}")
    return f"refused: {answer.envelope.text}"


async def shops_are_listed_by_page(bench: Bench) -> str:
    """shop/list answers total (whole number) and list of id and name."""
    data = await bench.talk.ask("shop/list", {"page": 1, "rows": 10})
    must_hold(data, {"total": int, "list": list}, "shop/list")
    for row in data["list"]:
        must_hold(row, {"id": str, "name": str}, "a shop")
    bench.shops = [row["id"] for row in data["list"]]
    return f"{len(bench.shops)} shops"


async def goods_of_a_shop_name_model_and_shell(bench: Bench) -> str:
    """goods/list answers eleven texts for each article; no price, size or stock."""
    if not bench.shops:
        raise NotTried("the account has no shop")
    rows = _all_rows(await bench.talk.ask("goods/list", {"shop_id": bench.shops[0]}), "goods/list")
    for row in rows:
        must_hold(row, dict.fromkeys(_GOODS, str), f"article {row.get('id')}")
    return f"{len(rows)} articles"


def _rows(data: Any, path: str) -> list[Any]:
    if not isinstance(data, list) or not data:
        raise Failed(f"the data of {path} are {'empty' if data == [] else 'no array'}")
    return data


def _all_rows(data: Any, path: str) -> list[dict[str, Any]]:
    """As ``_rows``, an empty array allowed."""
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise Failed(f"the data of {path} are no array of objects")
    return data


def _millimetres(text: str) -> Decimal:
    try:
        size = Decimal(text)
    except InvalidOperation:
        size = Decimal(0)
    if not size.is_finite() or not 10 < size < 500:
        raise Failed(f"{text!r} is no size in millimetres")
    return size


LISTS = (
    brands_have_an_id_and_both_names,
    stock_of_the_device_has_shells_with_sizes_as_texts,
    stock_of_a_device_of_somebody_else_is_refused,
    shops_are_listed_by_page,
    goods_of_a_shop_name_model_and_shell,
)
