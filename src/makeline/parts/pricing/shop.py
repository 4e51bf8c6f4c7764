"""The shop's own settings of the standard card: allowances, rates, stock on the shelf, lead times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from makeline.parts.pricing.figures import exact
from makeline.parts.pricing.request import Buyer
from makeline.parts.pricing.tables import Service, shipped


@dataclass(frozen=True, slots=True)
class Allowances:
    """What is added to a part to get its stock, mm; all but kerf and remnant on each side."""

    side: Decimal
    thickness: Decimal
    bar_radius: Decimal
    turned_end: Decimal
    kerf: Decimal
    remnant: Decimal


@dataclass(frozen=True, slots=True)
class Shelf:
    """Standard stock, mm, ascending. ``sheet``: the format's long and short side."""

    thicknesses: Sequence[Decimal]
    diameters: Sequence[Decimal]
    across_flats: Sequence[Decimal]
    sheet: tuple[Decimal, Decimal]
    bar_length: Decimal


@dataclass(frozen=True, slots=True)
class Printing:
    """Settings of powder and thread printing: mm, shares, litres per hour, minutes."""

    gap: Decimal
    powder_loss: Decimal
    thread_factor: Decimal
    packing: Decimal
    smallest_share: Decimal
    minutes_per_order: Decimal
    minutes_per_part: Decimal
    minutes_per_dm2: Decimal
    litres_per_hour: Decimal
    preparation_minutes: Decimal


@dataclass(frozen=True, slots=True)
class Painting:
    """Settings of the paint shop: minutes, mm, a factor."""

    minutes_per_order: Decimal
    minutes_per_part: Decimal
    minutes_per_dm2: Decimal
    booth: tuple[Decimal, Decimal, Decimal]
    usual_cleaning: Decimal


@dataclass(frozen=True, slots=True)
class Plating:
    """Settings of electroplating: RUB per dm², minutes, families of material that take it."""

    price_per_dm2: Decimal
    minutes_per_order: Decimal
    minutes_per_part: Decimal
    families: frozenset[str]


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Working days of each step; hours a machine works a day; the margin of the later date."""

    buy: Mapping[str, int]
    technology: int
    program: Mapping[str, int]
    prepare: int
    hours_per_day: Decimal
    most_machines: int
    drying: int
    margin_share: Decimal
    least_margin: int


@dataclass(frozen=True, slots=True)
class Shop:
    """Everything of the standard card that a shop may set. ``rough`` cm³/min and ``fine`` cm²/min by family."""

    id: str
    version: int
    currency: str
    purchase_surcharge: Decimal
    machinability: Mapping[str, Decimal]
    fill: Mapping[str, Decimal]
    allowances: Allowances
    rough: Mapping[str, Mapping[str, Decimal]]
    fine: Mapping[str, Decimal]
    setups: Mapping[str, Decimal]
    setup_minutes: Mapping[str, Decimal]
    program_base: Decimal
    program_per_dimension: Decimal
    handling_per_part: Decimal
    handling_per_kg: Decimal
    inspection_per_dimension: Decimal
    inspect_all_up_to: int
    inspection_share: Decimal
    printing: Printing
    painting: Painting
    plating: Plating
    certificate: Decimal
    smallest: Mapping[str, Decimal]
    round_tolerance: Decimal
    shelf: Shelf
    lead: LeadTime
    complexity_range: Mapping[Buyer, tuple[Decimal, Decimal]]
    dimensions_range: tuple[int, int]
    quantity_range: tuple[int, int]
    speed_money: Mapping[str, Decimal]
    speed_days: Mapping[str, Decimal]
    least_days: int

    def machinability_of(self, material: str) -> Decimal:
        """How easily the material is cut, D16 being 1."""
        return self.machinability.get(material, self.machinability["default"])


@cache
def shipped_shop() -> Shop:
    """The settings that come with the product."""
    return read_shop(shipped("standard_1.json"))


def read_shop(raw: Mapping[str, Any]) -> Shop:
    """Settings from plain data; raises ``KeyError`` where one is missing."""
    inspection, ranges = raw["inspection"], raw["k_complexity_range"]
    speeds = raw["speeds"]
    return Shop(
        id=raw["id"],
        version=int(raw["version"]),
        currency=raw["currency"],
        purchase_surcharge=exact(raw["purchase_surcharge"]),
        machinability=_figures(raw["machinability"]),
        fill=_figures(raw["fill_without_file"]),
        allowances=_allowances(raw["allowance_mm"]),
        rough={service: _figures(rates) for service, rates in raw["mrr_cm3_per_min"].items()},
        fine=_figures(raw["fine_rate_cm2_per_min"]),
        setups=_figures(raw["setups"]),
        setup_minutes=_figures(raw["setup_min"]),
        program_base=exact(raw["program_base_min"]),
        program_per_dimension=exact(raw["program_min_per_dimension"]),
        handling_per_part=exact(raw["handling_min"]["per_part"]),
        handling_per_kg=exact(raw["handling_min"]["per_kg"]),
        inspection_per_dimension=exact(inspection["min_per_dimension"]),
        inspect_all_up_to=int(inspection["all_parts_up_to"]),
        inspection_share=exact(inspection["share_above"]),
        printing=_printing(raw),
        painting=_painting(raw["painting"]),
        plating=_plating(raw["electroplating"]),
        certificate=exact(raw["certificate_rub_per_order"]),
        smallest=_figures(raw["smallest_size_mm"]),
        round_tolerance=exact(raw["not_round_tolerance_mm"]),
        shelf=_shelf(raw["stock"]),
        lead=_lead_time(raw["lead_time"]),
        complexity_range={buyer: (exact(ranges[buyer][0]), exact(ranges[buyer][1])) for buyer in Buyer},
        dimensions_range=(raw["n_dimensions_range"][0], raw["n_dimensions_range"][1]),
        quantity_range=(raw["quantity_range"][0], raw["quantity_range"][1]),
        speed_money=_figures(speeds["money"]),
        speed_days=_figures(speeds["days"]),
        least_days=int(speeds["least_days"]),
    )


def _figures(raw: Mapping[str, Any]) -> dict[str, Decimal]:
    return {name: exact(value) for name, value in raw.items()}


def _allowances(raw: Mapping[str, Any]) -> Allowances:
    return Allowances(
        side=exact(raw["side"]),
        thickness=exact(raw["thickness"]),
        bar_radius=exact(raw["bar_radius"]),
        turned_end=exact(raw["turned_end"]),
        kerf=exact(raw["saw_kerf"]),
        remnant=exact(raw["bar_remnant_per_order"]),
    )


def _printing(raw: Mapping[str, Any]) -> Printing:
    own = raw["printing"]
    return Printing(
        gap=exact(own["gap_mm"]),
        powder_loss=exact(own["powder_loss_share"]),
        thread_factor=exact(own["filament_factor"]),
        packing=exact(own["chamber_packing"]),
        smallest_share=exact(own["smallest_build_share"]),
        minutes_per_order=exact(own["file_min_per_order"]),
        minutes_per_part=exact(own["post_min_per_part"]),
        minutes_per_dm2=exact(own["post_min_per_dm2"]),
        litres_per_hour=exact(raw["print_rate_l_per_h"]),
        preparation_minutes=exact(raw["print_preparation_min_per_build"]),
    )


def _painting(raw: Mapping[str, Any]) -> Painting:
    large, middle, small = sorted((exact(side) for side in raw["booth_mm"]), reverse=True)
    return Painting(
        minutes_per_order=exact(raw["setup_min_per_order"]),
        minutes_per_part=exact(raw["handling_min_per_part"]),
        minutes_per_dm2=exact(raw["handling_min_per_dm2"]),
        booth=(large, middle, small),
        usual_cleaning=exact(raw["clean_factor_other_families"]),
    )


def _plating(raw: Mapping[str, Any]) -> Plating:
    return Plating(
        price_per_dm2=exact(raw["price_rub_per_dm2"]),
        minutes_per_order=exact(raw["setup_min_per_order"]),
        minutes_per_part=exact(raw["handling_min_per_part"]),
        families=frozenset(raw["families"]),
    )


def _shelf(raw: Mapping[str, Any]) -> Shelf:
    short, long = sorted(exact(side) for side in raw["sheet_format_mm"])
    return Shelf(
        thicknesses=sorted(exact(one) for one in raw["sheet_thickness_mm"]),
        diameters=sorted(exact(one) for one in raw["round_diameter_mm"]),
        across_flats=sorted(exact(one) for one in raw["hexagon_across_flats_mm"]),
        sheet=(long, short),
        bar_length=exact(raw["bar_length_mm"]),
    )


def _lead_time(raw: Mapping[str, Any]) -> LeadTime:
    return LeadTime(
        buy={service: int(raw["buy_days"][service]) for service in Service},
        technology=int(raw["technology_days"]),
        program={service: int(raw["program_days"][service]) for service in Service},
        prepare=int(raw["prepare_days"]),
        hours_per_day=exact(raw["machine_hours_per_day"]),
        most_machines=int(raw["parallel_machines_max"]),
        drying=int(raw["paint_drying_days"]),
        margin_share=exact(raw["margin_share"]),
        least_margin=int(raw["margin_min_days"]),
    )
