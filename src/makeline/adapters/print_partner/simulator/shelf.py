"""What the simulated partner sells: models, shells with sizes, brands, devices."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

CANVAS_WIDTH = 1390
SHOP_ID = "SP102507070001"
SHOP_NAME = "Makeline demo shop"

# Our brand key, the partner's id, its Chinese and its English name.
BRANDS = (
    ("iphone", "BR20250111000002", "苹果", "Apple"),
    ("samsung", "BR020250120000001", "三星", "SAMSUNG"),
    ("google", "BR102507170001", "谷歌", "Google"),
)
# Devices that behave badly from the start, besides every device whose name begins like theirs.
SPECIAL_DEVICES = ("OFFLINE01", "FORBIDDEN01", "FLAKY01")
_CATALOG = "makeline.cases.catalog"


@dataclass(frozen=True, slots=True)
class Shell:
    """One blank: partner's ids, the name as the partner writes it, size in millimetres."""

    model: str
    model_name: str
    shell: str
    brand: str
    width_mm: Decimal
    height_mm: Decimal

    @property
    def canvas(self) -> tuple[int, int]:
        """Pixels of a print file for this shell: 1390 wide, height in proportion."""
        height = self.height_mm / self.width_mm * CANVAS_WIDTH
        return CANVAS_WIDTH, int(height.to_integral_value(ROUND_HALF_UP))


class Shelf:
    """Shells by their ids, and the devices that hold them."""

    def __init__(self, shells: Iterable[Shell], devices: Iterable[str]) -> None:
        self.shells = {item.shell: item for item in shells}
        self.models = {item.model for item in self.shells.values()}
        self.devices = set(devices)

    def of_brand(self, brand: str) -> list[Shell]:
        """The shells of one brand, in the catalogue's order."""
        return [item for item in self.shells.values() if item.brand == brand]


def load_shelf(shells_file: Path | None, devices: Iterable[str]) -> Shelf:
    """The catalogue's shells and machines (or a file of the same form) plus further devices."""
    data = files(_CATALOG) / "data"
    source = shells_file or data / "shells.json"
    rows = json.loads(source.read_text("utf-8"))["rows"]
    names = {row["id"]: row["display_name"] for row in _rows_of(data / "phone_models.json")}
    shells = [shell for row in rows if (shell := _shell(row, names)) is not None]
    machines = [row["device_id"] for row in _machine_rows() if row.get("device_id")]
    return Shelf(shells, (*machines, *SPECIAL_DEVICES, *devices))


def _machine_rows() -> list[dict[str, Any]]:
    for room in ("makeline.cases.machines", _CATALOG):
        if rows := _rows_of(files(room) / "data" / "machines.json"):
            return rows
    return []


def _rows_of(source: Traversable) -> list[dict[str, Any]]:
    return json.loads(source.read_text("utf-8"))["rows"] if source.is_file() else []


def _shell(row: Mapping[str, Any], names: Mapping[str, str]) -> Shell | None:
    """One row of the catalogue's list; a row without a size is sold nowhere."""
    width, height = row.get("width_mm"), row.get("height_mm")
    if not width or not height:
        return None
    model_id = str(row["model_id"])
    ours = model_id.partition("-")[0]
    brand = next((partner for key, partner, _, _ in BRANDS if key == ours), BRANDS[0][1])
    return Shell(
        model=row["partner_model_id"],
        model_name=str(row.get("display_name") or names.get(model_id) or model_id),
        shell=row["shell_id"],
        brand=row.get("partner_brand_id") or brand,
        width_mm=Decimal(str(width)),
        height_mm=Decimal(str(height)),
    )
