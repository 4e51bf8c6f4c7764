"""Facts as JSON and back; what comes back is checked like any stranger's words, wherever it lay."""

import json
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter, ValidationError

from makeline.parts.geometry.facts import PartFacts

_FACTS = TypeAdapter(PartFacts)


class NonsenseFacts(Exception):
    """What was answered are no facts."""


def dump_facts(facts: PartFacts) -> dict[str, Any]:
    """Plain JSON values."""
    return asdict(facts)


def load_facts(found: Any) -> PartFacts:
    """The facts; raises ``NonsenseFacts`` for anything else, numbers that are not finite included."""
    try:
        return _FACTS.validate_json(json.dumps(found, allow_nan=False), strict=True)
    except (ValidationError, ValueError, TypeError) as error:
        raise NonsenseFacts("a reader answered what are no facts") from error
