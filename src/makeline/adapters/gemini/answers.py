"""What an answer of Gemini means: a picture, a refusal, or nothing of use."""

from collections.abc import Mapping
from typing import Any

from makeline.cases.styles.states import RefusedBecause
from makeline.cases.styles.stylist import StylistAway, StylistRefused

# Its words for pictures that it will not show.
_BLOCKED = frozenset(
    {
        "SAFETY",
        "IMAGE_SAFETY",
        "PROHIBITED_CONTENT",
        "IMAGE_PROHIBITED_CONTENT",
        "BLOCKLIST",
        "SPII",
        "RECITATION",
        "IMAGE_RECITATION",
        "MODEL_ARMOR",
        "ESCALATION",
    }
)
# Ended as it should, or says itself that there is no picture: whoever asks again hears the same.
_ENDED = frozenset({"STOP", "NO_IMAGE", "FINISH_REASON_UNSPECIFIED", ""})
_TRANSIENT = frozenset({408, 425, 429, 500, 502, 503, 504})
_LONGEST_WAIT = 600.0


def picture_in(answer: Any) -> bytes:
    """The picture of a ``GenerateContentResponse``; raises ``StylistRefused`` or ``StylistAway``."""
    feedback = answer.prompt_feedback
    if feedback is not None and feedback.block_reason is not None:
        raise StylistRefused(RefusedBecause.BLOCKED_PHOTO, _word(feedback.block_reason))
    candidates = answer.candidates or []
    if not candidates:
        raise StylistAway("an answer without a candidate")
    first = candidates[0]
    reason = _word(first.finish_reason)
    if reason in _BLOCKED:
        raise StylistRefused(RefusedBecause.BLOCKED_RESULT, reason)
    parts = (first.content.parts if first.content is not None else None) or []
    pictures = [part.inline_data.data for part in parts if part.inline_data is not None and not part.thought]
    if pictures and pictures[-1]:
        return bytes(pictures[-1])
    if reason in _ENDED:
        raise StylistRefused(RefusedBecause.NO_PICTURE, reason or "no reason given")
    raise StylistAway(f"stopped without a picture: {reason}")


def is_transient(status: int) -> bool:
    """Whether the same call may be answered later."""
    return status in _TRANSIENT or status >= 500


def wait_told(details: Any) -> float | None:
    """The seconds after which a refused call may be made again, where the answer says so (``RetryInfo``)."""
    error = details.get("error", details) if isinstance(details, Mapping) else {}
    listed = error.get("details", []) if isinstance(error, Mapping) else []
    for entry in listed if isinstance(listed, list) else []:
        told = entry.get("retryDelay") if isinstance(entry, Mapping) else None
        if isinstance(told, str) and told.endswith("s"):
            try:
                seconds = float(told[:-1])
            except ValueError:
                continue
            return min(seconds, _LONGEST_WAIT) if seconds >= 0 else None
    return None


def _word(reason: Any) -> str:
    if reason is None:
        return ""
    return str(getattr(reason, "value", reason)).upper()[:60]
