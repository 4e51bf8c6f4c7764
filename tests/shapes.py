"""Does an answer have the documented shape? Every documented field with its type, and no other field."""

import json
import re
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_SAMPLES = Path(__file__).parent / "samples" / "documented_answers.json"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


def documented(name: str) -> Any:
    """The example of an answer in the documents."""
    return json.loads(_SAMPLES.read_text("utf-8"))[name]


def misfits(
    answer: Any, example: Any, *, null: Collection[str] = (), extra: Collection[str] = (), at: str = ""
) -> list[str]:
    """What of ``answer`` is not as in ``example``.

    ``null`` are paths of fields that must be null here, ``extra`` paths of fields that we add to the documents.
    A number of the documents with a point may be any number, one without must be an integer; a moment is UTC.
    """
    if at in null:
        return [] if answer is None else [f"{at}: {answer!r} instead of null"]
    if isinstance(example, dict):
        return _misfits_of_object(answer, example, null, extra, at)
    if isinstance(example, list):
        if not isinstance(answer, list):
            return [f"{at}: {type(answer).__name__} instead of a list"]
        return [
            misfit
            for position, entry in enumerate(answer)
            for misfit in misfits(entry, example[0], null=null, extra=extra, at=f"{at}[{position}]")
        ]
    return _misfits_of_value(answer, example, at)


def fits(answer: Any, name: str, *, null: Collection[str] = (), extra: Collection[str] = ()) -> bool:
    """Whether the answer has the shape of the documented example ``name``; tells what has not."""
    found = misfits(answer, documented(name), null=null, extra=extra)
    assert not found, found
    return True


def _misfits_of_object(
    answer: Any, example: dict[str, Any], null: Collection[str], extra: Collection[str], at: str
) -> list[str]:
    if not isinstance(answer, dict):
        return [f"{at}: {type(answer).__name__} instead of an object"]
    found = []
    for name, value in example.items():
        path = f"{at}.{name}".lstrip(".")
        if name not in answer:
            found.append(f"{path}: is missing")
        else:
            found += misfits(answer[name], value, null=null, extra=extra, at=path)
    undocumented = {f"{at}.{name}".lstrip(".") for name in answer.keys() - example.keys()}
    return found + [f"{path}: is in no document" for path in sorted(undocumented - set(extra))]


def _misfits_of_value(answer: Any, example: Any, at: str) -> list[str]:
    wanted = (int, float) if type(example) is float else (type(example),)
    if type(answer) not in wanted:
        return [f"{at}: {answer!r} instead of {type(example).__name__}"]
    if isinstance(example, str) and _MOMENT.fullmatch(example) and not _is_utc(answer):
        return [f"{at}: {answer!r} is no moment in UTC"]
    return []


def _is_utc(text: str) -> bool:
    return bool(_MOMENT.fullmatch(text)) and datetime.fromisoformat(text).tzinfo == UTC
