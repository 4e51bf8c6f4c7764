"""The documented request and answer of a price."""

from typing import Any

from pydantic import BaseModel, Field

Ids = str | int | list[str | int] | None


class PriceFields(BaseModel):
    """What may be asked of a part. Lengths in mm."""

    file_id: int | None = None
    file_token: str | None = None
    length: float | None = None
    width: float | None = None
    height: float | None = None
    thickness: float | None = None
    dimensions: dict[str, Any] | None = None
    dia: float | None = None
    diameter: float | None = None
    material_form: str | None = None
    quantity: int | None = Field(None, ge=1, le=100_000)
    n_dimensions: int | None = Field(None, ge=1, le=500)
    tolerance_id: str | int | None = None
    finish_id: str | int | None = None
    cover_id: Ids = None
    k_otk: str | float | None = None
    k_cert: str | list[str] | None = None
    k_complexity: float | None = None
    location: str | None = None
    location_id: str | None = None
    paint_type: str | None = None
    paint_prepare: str | None = None
    paint_primer: str | None = None
    paint_lakery: str | None = None
    speed: str | None = None
    rate_card: str | None = None
    special_instructions: str | None = None
    document_ids: list[int] | None = None


class PriceRequest(PriceFields):
    """What is asked. The rules of each field are checked all at once, see ``reasons`` of a 422."""

    service_id: str
    material_id: str


class GridAxes(BaseModel):
    """What varies; an axis that is missing stands still at the request's own value. At most 500 cells."""

    quantities: list[int] | None = None
    speeds: list[str] | None = None
    materials: list[str | dict[str, str]] | None = None
    locations: list[str] | None = None


class GridTarget(BaseModel):
    """What to stay within: RUB per part, working days at the latest."""

    detail_price: float | None = None
    days: int | None = None


class GridRequest(PriceRequest):
    """A price request, what varies in it, and a wish."""

    grid: GridAxes | None = None
    target: GridTarget | None = None


class GridCell(BaseModel):
    """One variant: its price and days, or the reasons why there are none."""

    quantity: int
    speed: str
    material_id: str
    material_form: str
    location: str | None
    detail_price: float | None = None
    total_price: float | None = None
    manufacturing_cycle_days: int | None = None
    manufacturing_cycle_days_max: int | None = None
    reasons: list[dict[str, Any]] | None = None


class GridMet(BaseModel):
    """The cheapest cell within the wish by its place in ``cells``, and what to ask differently to get it."""

    met: bool
    cell: int | None
    changes: dict[str, Any]


class GridAnswer(BaseModel):
    """Every cell equals the single call with the same values."""

    rate_card: str
    rate_card_version: int
    currency: str
    cells: list[GridCell]
    target: GridMet | None


class PriceLine(BaseModel):
    """A line of the price per part, RUB."""

    line: str
    amount: float


class PriceStep(BaseModel):
    """One step of the calculation; the figures shown are the figures used."""

    rule: str
    what: str
    inputs: dict[str, float | str]
    value: float | str
    unit: str


class PriceWarning(BaseModel):
    """Something to know about a price that stands all the same."""

    code: str
    message: str


class PriceAnswer(BaseModel):
    """The price. RUB with two decimals, kg and m³ of stock for one part, hours for the whole order, working days."""

    service_id: str
    quantity: int
    material_id: str
    material_form: str
    total_price: float
    detail_price: float
    detail_price_one: float
    mat_price: float
    work_price: float
    mat_weight: float
    mat_volume: float
    total_time: float
    manufacturing_cycle: str
    manufacturing_cycle_days: int
    manufacturing_cycle_days_max: int
    k_quantity: float
    k_complexity: float
    suitable_machines: list[str]
    location: str
    currency: str
    basis: str
    # high, medium, or low: then a person looks at the part before it can be ordered. Null on other rate cards.
    confidence: str | None
    rate_card: str
    rate_card_version: int
    breakdown: list[PriceLine]
    trace: list[PriceStep]
    warnings: list[PriceWarning]
