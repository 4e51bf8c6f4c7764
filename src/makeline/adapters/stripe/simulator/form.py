"""Nested values in a form, as Stripe's libraries send them: ``line_items[0][price_data][currency]=gbp``."""

from typing import Any
from urllib.parse import parse_qsl

from makeline.adapters.stripe.simulator.refused import Refused

_DEEPEST = 8
_MOST_FIELDS = 2000


def decode_form(text: str) -> dict[str, Any]:
    """Objects and lists of texts; raises ``Refused``."""
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise Refused("the form has too many fields") from None
    found: dict[str, Any] = {}
    for name, value in pairs:
        first, _, rest = name.partition("[")
        path = [first, *rest.removesuffix("]").split("][")] if rest else [first]
        if len(path) > _DEEPEST:
            raise Refused("nested too deep", param=first)
        into = found
        for step in path[:-1]:
            into = into.setdefault(step, {})
            if not isinstance(into, dict):
                raise Refused("a value and a folder of one name", param=first)
        into[path[-1] or str(len(into))] = value
    return {name: _listed(value) for name, value in found.items()}


def _listed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inside = {name: _listed(entry) for name, entry in value.items()}
    if inside and all(name.isdecimal() for name in inside):
        return [inside[name] for name in sorted(inside, key=int)]
    return inside
