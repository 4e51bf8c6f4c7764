"""From a JSON schema to the rows of a table: every field with its type, its bounds and whether it must be there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DEEPEST = 5
_SIGNS = {"minimum": "≥", "exclusiveMinimum": ">", "maximum": "≤", "exclusiveMaximum": "<"}
_UNITS = {"string": "characters", "array": "entries", "object": "fields"}
_FEWEST = ("minLength", "minItems", "minProperties")
_MOST = ("maxLength", "maxItems", "maxProperties")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """One field: ``lines[].quantity``, ``integer``, ``≥ 1``."""

    name: str
    type: str
    bounds: str
    required: bool


def rows_of(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> Sequence[FieldRow]:
    """The fields of a body or an answer; those of objects within it below their own names."""
    return list(_rows(schema, schemas, prefix="", required=True, within=()))


def _rows(
    schema: Mapping[str, Any],
    schemas: Mapping[str, Any],
    *,
    prefix: str,
    required: bool,
    within: Sequence[str],
) -> Iterator[FieldRow]:
    shapes, nullable = _shapes(schema, schemas)
    if prefix:
        types = " or ".join(dict.fromkeys(_type_of(shape) for shape in shapes)) or "null"
        bounds = "; ".join(dict.fromkeys(filter(None, (_bounds_of(shape) for shape in shapes))))
        yield FieldRow(prefix, f"{types} or null" if nullable and shapes else types, bounds, required)
    for shape in shapes:
        title = str(shape.get("title", ""))
        if len(within) >= _DEEPEST or (title and title in within and "properties" in shape):
            continue
        yield from _inside(shape, schemas, prefix=prefix, within=(*within, title))


def _inside(
    shape: Mapping[str, Any], schemas: Mapping[str, Any], *, prefix: str, within: Sequence[str]
) -> Iterator[FieldRow]:
    needed = shape.get("required", ())
    for name, entry in shape.get("properties", {}).items():
        yield from _rows(
            entry,
            schemas,
            prefix=f"{prefix}.{name}" if prefix else name,
            required=name in needed,
            within=within,
        )
    beyond = shape.get("additionalProperties")
    if isinstance(beyond, dict) and _is_worth_a_row(beyond, schemas):
        yield from _rows(beyond, schemas, prefix=f"{prefix}.*".lstrip("."), required=False, within=within)
    items = shape.get("items")
    if isinstance(items, dict) and _is_worth_a_row(items, schemas):
        inner, _ = _shapes(items, schemas)
        for one in inner:
            yield from _inside(one, schemas, prefix=f"{prefix}[]", within=within)


def _is_worth_a_row(schema: Mapping[str, Any], schemas: Mapping[str, Any]) -> bool:
    shapes, _ = _shapes(schema, schemas)
    return any(shape.get("type") in ("object", "array") for shape in shapes)


def _shapes(
    schema: Mapping[str, Any], schemas: Mapping[str, Any]
) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """What it may be, names looked up; and whether it may be null."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _shapes({"title": name, **schemas[name]}, schemas)
    found: list[Mapping[str, Any]] = []
    nullable = schema.get("type") == "null"
    for entry in schema.get("anyOf", schema.get("oneOf", ())):
        shapes, may_be_null = _shapes(entry, schemas)
        found += shapes
        nullable = nullable or may_be_null
    if not found and not nullable:
        found.append(schema)
    return found, nullable


def _type_of(shape: Mapping[str, Any]) -> str:
    kind = shape.get("type", "any value")
    if kind == "array":
        items = shape.get("items", {})
        inner = items.get("type") or ("object" if "$ref" in items else "value")
        return f"array of {inner}s" if inner not in ("any", "value") else "array"
    return str(kind)


def _bounds_of(shape: Mapping[str, Any]) -> str:
    said: list[str] = []
    if "enum" in shape:
        said.append("one of " + ", ".join(str(value) for value in shape["enum"]))
    if "const" in shape:
        said.append(f"always {shape['const']}")
    fewest = next((shape[name] for name in _FEWEST if shape.get(name)), None)
    most = next((shape[name] for name in _MOST if name in shape), None)
    unit = _UNITS.get(str(shape.get("type")), "")
    if fewest is not None and most is not None:
        said.append(f"{fewest}–{most} {unit}" if fewest != most else f"{most} {unit}")
    elif most is not None:
        said.append(f"at most {most} {unit}")
    elif fewest is not None:
        said.append(f"at least {fewest} {unit}")
    said += [f"{sign} {_plain(shape[name])}" for name, sign in _SIGNS.items() if name in shape]
    if "pattern" in shape:
        said.append(f"matches {shape['pattern']}")
    if shape.get("default") not in (None, "", [], {}):
        said.append(f"{shape['default']} unless sent")
    return ", ".join(said)


def _plain(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else str(value)
