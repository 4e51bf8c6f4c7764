"""Structured logs: one JSON object per line, with request and delivery ids, and without secrets."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET_NAMES = re.compile(
    r"token|secret|password|authorization|cookie|signature|^sign$|api_?key|card_last|account$", re.IGNORECASE
)
_TOKEN_IN_TEXT = re.compile(r"(token=)[^&\s\"']+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
# A traceback is many lines; our own code wrote them.
_TRACEBACK = "exception"
_HIDDEN = "[hidden]"


def redact(_logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide values whose name says secret, tokens inside addresses, and line breaks that would forge a line."""
    for name, value in event.items():
        if name == _TRACEBACK and isinstance(value, str):
            event[name] = _without_tokens(value)
        else:
            event[name] = _HIDDEN if _SECRET_NAMES.search(name) else _safe(value)
    return event


def _without_tokens(text: str) -> str:
    return _TOKEN_IN_TEXT.sub(rf"\g<1>{_HIDDEN}", text)


def _safe(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROL.sub(" ", _without_tokens(value))
    if isinstance(value, dict):
        return {
            name: _HIDDEN if _SECRET_NAMES.search(str(name)) else _safe(entry)
            for name, entry in value.items()
        }
    if isinstance(value, list | tuple):
        return [_safe(entry) for entry in value]
    return value


def set_up_logs(level: str, *, plain: bool) -> None:
    """Configure once per process; ``plain`` is for people at a terminal."""
    renderer: Any = (
        structlog.dev.ConsoleRenderer(colors=False) if plain else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        # No logger keeps what it was first configured with: a command run inside another program leaves no trace.
        cache_logger_on_first_use=False,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
