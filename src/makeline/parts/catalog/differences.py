"""What one version of a rate card says otherwise than another, figure by figure."""

from collections.abc import Mapping, Sequence
from typing import Any

from makeline.parts.pricing.compare import Difference

# It differs by itself from version to version.
_NUMBER = "shop.version"


def rate_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Difference]:
    """Every figure or word that differs, by its place: ``tables.materials.alum_D16.prices_rub_per_kg.rod``."""
    sides = dict(_leaves("", before)), dict(_leaves("", after))
    places = dict.fromkeys([*sides[0], *sides[1]])
    return [
        Difference(place, sides[0].get(place), sides[1].get(place))
        for place in places
        if place != _NUMBER and sides[0].get(place) != sides[1].get(place)
    ]


def _leaves(place: str, value: Any) -> Sequence[tuple[str, Any]]:
    if isinstance(value, Mapping):
        entries = [(str(name), one) for name, one in value.items()]
    elif isinstance(value, list) and value and all(isinstance(one, Mapping) and "id" in one for one in value):
        entries = [(str(one["id"]), one) for one in value]
    elif isinstance(value, list):
        return [(place, ", ".join(str(one) for one in value))]
    else:
        return [(place, value if value is None or isinstance(value, str) else _figure(value))]
    return [leaf for name, one in entries for leaf in _leaves(f"{place}.{name}" if place else name, one)]


def _figure(value: Any) -> Any:
    # A truth value is a word here, not 0 or 1.
    return str(value).lower() if isinstance(value, bool) else value
