"""Fields of a body that nobody reads, at any depth: they are ignored aloud."""

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel


class _Shape(NamedTuple):
    """What a model reads; ``inside``: fields that hold further models, alone or in a list."""

    names: frozenset[str]
    keeps_all: bool
    inside: "tuple[tuple[str, _Shape], ...]"


def unread_fields(value: dict[str, Any], model: type[BaseModel]) -> list[str]:
    """Dotted names in order, each once; places in lists are left out (``stock_updates.colour``)."""
    found: list[str] = []
    _collect(value, _shape(model), "", found)
    return sorted(set(found)) if found else found


def _collect(value: dict[str, Any], shape: _Shape, at: str, found: list[str]) -> None:
    # Asked of every body: most hold nothing unread and must not pay for those that do.
    if not shape.keeps_all and not value.keys() <= shape.names:
        found += [f"{at}{name}" for name in value.keys() - shape.names]
    for name, inner in shape.inside:
        there = value.get(name)
        if type(there) is dict:
            _collect(there, inner, f"{at}{name}.", found)
        elif type(there) is list:
            for entry in there:
                if type(entry) is dict:
                    _collect(entry, inner, f"{at}{name}.", found)


@cache
def _shape(model: type[BaseModel]) -> _Shape:
    names = set(model.model_fields)
    inside: list[tuple[str, _Shape]] = []
    for name, field in model.model_fields.items():
        called = {name, field.alias} if field.alias else {name}
        names |= called
        inside += [(each, _shape(inner)) for inner in _models_in(field.annotation) for each in called]
    return _Shape(frozenset(names), model.model_config.get("extra") == "allow", tuple(inside))


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The models that a field holds: itself, one or nothing, or a list of them. Maps hold names of their own."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif getattr(annotation, "__origin__", None) is not dict:
        for part in get_args(annotation):
            yield from _models_in(part)
