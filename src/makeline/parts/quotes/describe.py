"""What a part is, in a customer's words: how it is made, of what, how large, how fine."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from importlib.resources import files
from typing import Any

from makeline.parts.pricing.figures import exact, places_2
from makeline.parts.pricing.request import PartGeometry
from makeline.parts.pricing.tables import Tables

Words = Mapping[str, str]
WORDS: Mapping[str, Words] = json.loads((files("makeline.parts.quotes") / "words.json").read_text("utf-8"))
FALLBACK = "en"
_SIZES = (("length",), ("width",), ("height", "thickness"))


def describe_part(
    fields: Mapping[str, Any], geometry: PartGeometry | None, tables: Tables, language: str
) -> tuple[str, ...]:
    """A line on how and of what, and one on sizes and surfaces; whatever nobody said is left out."""
    words, raw = WORDS[language], tables.raw
    service, form = str(fields.get("service_id", "")), str(fields.get("material_form") or "")
    material = _named(raw["materials"], fields.get("material_id"), language)
    made = [words.get(service, service), ", ".join(filter(None, (material, words.get(form, form))))]
    coefficients = raw["coefficients"]
    finer = [
        _sizes(fields, geometry, words["mm"]),
        _named(coefficients["tolerances"], fields.get("tolerance_id"), language),
        _named(coefficients["finishes"], fields.get("finish_id"), language),
        *(_named(coefficients["covers"], cover, language) for cover in _listed(fields.get("cover_id"))),
        words.get(str(fields.get("paint_type")), "") if service == "painting" else "",
        words.get(f"speed_{fields.get('speed')}", ""),
    ]
    return tuple(filter(None, (_joined(made), _joined(finer))))


def _sizes(fields: Mapping[str, Any], geometry: PartGeometry | None, unit: str) -> str:
    if geometry is not None:
        return _times(geometry.box, unit)
    inside = fields.get("dimensions")
    said = {**inside, **fields} if isinstance(inside, Mapping) else fields
    diameter = said.get("dia") or said.get("diameter")
    if diameter and fields.get("service_id") == "cnc-lathe":
        return f"Ø{_plain(diameter)} × {_plain(said.get('length'))} {unit}"
    found = [next((said[name] for name in names if said.get(name)), None) for names in _SIZES]
    return _times([size for size in found if size is not None], unit)


def _times(sizes: Sequence[Any], unit: str) -> str:
    return f"{' × '.join(_plain(size) for size in sizes)} {unit}" if sizes else ""


def _plain(size: Any) -> str:
    """At most two decimals, as sizes are priced by."""
    if not isinstance(size, int | float | Decimal):
        return str(size)
    return f"{places_2(exact(size)).normalize():f}"


def _named(rows: Sequence[Mapping[str, Any]], key: Any, language: str) -> str:
    if key is None:
        return ""
    row = next((row for row in rows if row["id"] == str(key)), None)
    if row is None:
        return str(key)
    return str(row.get(f"name_{language}") or row["name"])


def _listed(covers: Any) -> list[Any]:
    if covers is None:
        return []
    if isinstance(covers, list | tuple):
        return list(covers)
    return [part.strip() for part in str(covers).split(",") if part.strip()]


def _joined(texts: Sequence[str]) -> str:
    return " · ".join(filter(None, texts))
