"""How a machine stands: read from its last heartbeat, a pause and the clock. Pure; nobody has to notice anything."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum

# A keyword of printer-state-reasons as IPP (RFC 8011, 5.4.12) writes them, with how bad it is as its suffix.
REASON = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*(\.[a-z0-9-]+)?")
_NO_REASON = "none"
_SUFFIXES = ("-report", "-warning", "-error")
# Reasons why nothing can be made until somebody refills the machine.
_EMPTY = frozenset({"media-empty", "marker-supply-empty", "toner-empty"})


class PrinterState(StrEnum):
    """What the printer says of itself, in the words of IPP printer-state."""

    IDLE = "idle"
    PROCESSING = "processing"
    STOPPED = "stopped"


class Condition(StrEnum):
    """How the machine stands for us."""

    UNKNOWN = "unknown"
    """It has never sent a heartbeat; it sells as if it were online."""
    ONLINE = "online"
    BUSY = "busy"
    OUT_OF_STOCK = "out_of_stock"
    STOPPED = "stopped"
    PAUSED = "paused"
    OFFLINE = "offline"


def condition_of(
    state: PrinterState | None,
    reasons: Sequence[str],
    *,
    heard_at: datetime | None,
    paused_at: datetime | None,
    now: datetime,
    silence: timedelta,
) -> Condition:
    """Staff's pause counts most, then silence of ``silence`` or longer, then what the machine said last.

    A machine that has stopped says so even when it is empty as well.
    """
    if paused_at is not None:
        return Condition.PAUSED
    if state is None or heard_at is None:
        return Condition.UNKNOWN
    if now - heard_at >= silence:
        return Condition.OFFLINE
    if state is PrinterState.STOPPED:
        return Condition.STOPPED
    if any(bare_reason(reason) in _EMPTY and not reason.endswith("-report") for reason in reasons):
        return Condition.OUT_OF_STOCK
    return Condition.BUSY if state is PrinterState.PROCESSING else Condition.ONLINE


def bare_reason(reason: str) -> str:
    """The keyword without how bad it is."""
    for suffix in _SUFFIXES:
        if reason.endswith(suffix):
            return reason.removesuffix(suffix)
    return reason


def without_none(reasons: Sequence[str]) -> list[str]:
    """The reasons, each once and in the order given; ``none`` is no reason."""
    return [reason for reason in dict.fromkeys(reasons) if reason != _NO_REASON]
