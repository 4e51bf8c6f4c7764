"""Fields of a body that nobody reads, at any depth: they are ignored aloud."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel


class _Shape(NamedTuple):
    """What a model reads; ``inside``: fields that hold further models, alone or in a list."""

    names: frozenset[str]
    keeps_all: bool
    inside: tuple[tuple[str, type[BaseModel]], ...]


def unread_fields(value: dict[str, Any], model: type[BaseModel]) -> list[str]:
    """Dotted names in order, each once; places in lists are left out (``stock_updates.colour``)."""
    shape = _shape(model)
    if not shape.inside and value.keys() <= shape.names:
        return []
    return sorted(set(_unread(value, shape, "")))


def _unread(value: dict[str, Any], shape: _Shape, at: str) -> Iterator[str]:
    if not shape.keeps_all:
        yield from (f"{at}{name}" for name in value.keys() - shape.names)
    for name, model in shape.inside:
        there = value.get(name)
        for entry in there if isinstance(there, list) else (there,):
            if isinstance(entry, dict):
                yield from _unread(entry, _shape(model), f"{at}{name}.")


@cache
def _shape(model: type[BaseModel]) -> _Shape:
    names = set(model.model_fields)
    inside = []
    for name, field in model.model_fields.items():
        if field.alias:
            names.add(field.alias)
        inside += [
            (called, found)
            for found in _models_in(field.annotation)
            for called in {name, field.alias}
            if called
        ]
    return _Shape(frozenset(names), model.model_config.get("extra") == "allow", tuple(inside))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field holds: itself, one or nothing, or a list of them. Maps hold names of their own."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif getattr(annotation, "__origin__", None) is not dict:
        for part in get_args(annotation):
            yield from _models_in(part)
