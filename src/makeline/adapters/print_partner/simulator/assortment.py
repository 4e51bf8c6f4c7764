"""The simulated partner's listings: brands, stock of a device, the shop and its goods."""

from typing import Any

from makeline.adapters.print_partner.simulator.forms import Call, an_object, text, whole
from makeline.adapters.print_partner.simulator.shelf import BRANDS, SHOP_ID, SHOP_NAME, Shell
from makeline.adapters.print_partner.simulator.workshop import Workshop


class Assortment:
    """Answers what is sold and what lies in the machines."""

    def __init__(self, workshop: Workshop) -> None:
        self._workshop = workshop
        self.calls: dict[str, Call] = {
            "brand/list": self.list_brands,
            "stock/list": self.list_stock,
            "shop/list": self.list_shops,
            "goods/list": self.list_goods,
        }

    def list_brands(self, body: Any) -> list[dict[str, str]]:
        """All brands."""
        an_object(body)
        self._note("brand/list")
        return [{"id": key, "name": chinese, "e_name": english} for _, key, chinese, english in BRANDS]

    def list_stock(self, body: Any) -> list[dict[str, Any]]:
        """Blanks of a brand on a device; sizes are texts in millimetres."""
        fields = an_object(body)
        device, brand = text(fields, "device_id"), text(fields, "brand_id")
        self._note("stock/list", device, brand)
        self._workshop.check_ours(device)
        return [self._listed(device, item) for item in self._workshop.shelf.of_brand(brand)]

    def list_shops(self, body: Any) -> dict[str, Any]:
        """The one shop."""
        fields = an_object(body)
        page, rows = whole(fields, "page"), whole(fields, "rows")
        shops = [{"id": SHOP_ID, "name": SHOP_NAME}] if page == 1 and rows else []
        return {"total": 1, "list": shops}

    def list_goods(self, body: Any) -> list[dict[str, str]]:
        """Which model takes which shell; no price, size or stock."""
        if text(an_object(body), "shop_id") != SHOP_ID:
            return []
        english = {key: name for _, key, _, name in BRANDS}
        return [
            {
                "id": f"G10250826{number:04d}",
                "shop_id": SHOP_ID,
                "mobile_shell_id": item.shell,
                "mobile_shell_name": item.model_name,
                "mobile_shell_sku": f"MK{number:03d}",
                "mobile_model_id": item.model,
                "mobile_model_name": item.model_name,
                "brand_id": item.brand,
                "brand_ename": english.get(item.brand, ""),
                "shell_classify_id": "SC102501010001",
                "shell_classify_ename": "Standard",
            }
            for number, item in enumerate(self._workshop.shelf.shells.values(), start=1)
        ]

    def _note(self, path: str, *about: str) -> None:
        self._workshop.listings.note(path, about, self._workshop.clock())

    def _listed(self, device: str, item: Shell) -> dict[str, Any]:
        """One row: older forms and missing sizes as the real partner has them."""
        odd = self._workshop.switches.names == "odd"
        row: dict[str, Any] = {
            "mobile_model_name": _odd(item.model_name) if odd else item.model_name,
            "mobile_model_id": item.model,
            "stock": self._workshop.blanks(device, item.shell),
        }
        if self._workshop.switches.listing == "older":
            return {**row, "price": "19.99"}
        size = self._workshop.size_in(device, item)
        if size is not None:
            kind = float if "number_sizes" in self._workshop.switches.faults else str
            row |= {"width": kind(size[0]), "height": kind(size[1])}
        return {**row, "mobile_shell_id": item.shell}


def _odd(name: str) -> str:
    """As the real partner writes some: "SAMSUNG S24", "iPhone 17 PROMAX"."""
    return name.replace("Galaxy", "SAMSUNG").replace("Pro Max", "PROMAX").replace(" Ultra", "Ultra")
