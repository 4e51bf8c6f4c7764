"""Correct calls to learn from: one for each path, with the caller's own names where they were not the mistake."""

import json
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

EXAMPLES: Mapping[str, Mapping[str, Any]] = json.loads(
    (Path(__file__).parent / "example_calls.json").read_text("utf-8")
)
# What to write where the caller's own name was refused.
_NAMES = {
    "session_id": "VM_LONDON_01_20261121_110000_0123456789ABCDEF",
    "equipment_id": "VM_LONDON_01",
    "machine_id": "VM_LONDON_01",
    "third_id": "PYEN261121000042",
    "order_id": "ORDER_00000042",
}
_WITHOUT_BODY: Mapping[str, Any] = {}
_NAME_WAS_WRONG = ("NOT_FOUND", "INVALID_SESSION_ID")


def example_call(
    method: str, path: str, *, named: Mapping[str, str], code: str, key: str | None
) -> dict[str, Any] | None:
    """Method, path, headers, query and body of a call that is right; None where it needs a body that nobody wrote."""
    example = EXAMPLES.get(f"{method} {path}", _WITHOUT_BODY if method != "POST" else None)
    if example is None:
        return None
    names = _NAMES if code in _NAME_WAS_WRONG else {**_NAMES, **named}
    for name, value in names.items():
        path = path.replace(f"{{{name}}}", value)
    headers = {"Authorization": f"Bearer {key or 'mk_XXXXXXXX'}_…"}
    if "body" in example or "content_type" in example:
        headers["Content-Type"] = example.get("content_type", "application/json")
    return {
        "method": method,
        "path": path,
        "query": example.get("query"),
        "headers": headers,
        "body": example.get("body"),
    }


def example_of_field(method: str, path: str, field: str) -> Any:
    """What stands at a field like ``order_data.colors.text`` in the example of its path; None where nothing does."""
    found: Any = EXAMPLES.get(f"{method} {path}", {}).get("body")
    for step in field.split("."):
        if isinstance(found, list) and found and (step.isdigit() or step.startswith("[")):
            found = found[0]
        elif isinstance(found, dict):
            found = found.get(step)
        else:
            return None
    return found


def meant_by(field: str, ignored: Sequence[str]) -> str | None:
    """The field that was sent instead, under a name that nobody reads: ``payAmount`` for ``pay_amount``."""
    plain = {_plain(name): name for name in ignored}
    wanted = _plain(field.rpartition(".")[2])
    if wanted in plain:
        return plain[wanted]
    close = get_close_matches(wanted, plain, n=1, cutoff=0.6)
    return plain[close[0]] if close else None


def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()
