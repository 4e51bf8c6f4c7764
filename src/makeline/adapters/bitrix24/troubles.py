"""Bad answers sorted by what can be done about them. The word in ``error`` decides, the status only without one."""

from typing import Any

from makeline.crm.gateway import (
    CrmAway,
    CrmBusy,
    CrmGone,
    CrmMisconfigured,
    CrmRefused,
    CrmSpent,
    CrmTrouble,
    CrmUsedUp,
)

_MISCONFIGURED = frozenset(
    {
        "NO_AUTH_FOUND", "EXPIRED_TOKEN", "ACCESS_DENIED", "INVALID_CREDENTIALS", "INSUFFICIENT_SCOPE",
        "USER_ACCESS_ERROR", "ALLOWED_ONLY_INTRANET_USER", "PORTAL_DELETED", "ENTITY_TYPE_NOT_SUPPORTED",
        "ERROR_METHOD_NOT_FOUND", "ERROR_BATCH_METHOD_NOT_ALLOWED",
    }
)  # fmt: skip
_AWAY = frozenset({"INTERNAL_SERVER_ERROR", "ERROR_UNEXPECTED_ANSWER"})
_LIMITS = frozenset({"QUERY_LIMIT_EXCEEDED", "OPERATION_TIME_LIMIT", "OVERLOAD_LIMIT"})
_USED_UP = "DOCGEN_LIMIT_ERROR"
# What we wait where the answer does not say how long.
_PAUSES = {"QUERY_LIMIT_EXCEEDED": 2.0, "OPERATION_TIME_LIMIT": 60.0}
_LONG_PAUSE = 900.0
# These ask about one record: what is not found is that record, and not a type.
_OF_ONE_RECORD = (
    "crm.item.update", "crm.item.get", "crm.requisite.update", "crm.documentgenerator.document.add",
    "crm.documentgenerator.document.get",
)  # fmt: skip

# What belongs to a record is missing: the record itself is not gone.
_OF_A_PART = (
    "crm.requisite.bankdetail.update", "crm.address.update", "crm.address.add", "crm.requisite.link.register",
)  # fmt: skip


def trouble_in(answer: Any, *, status: int, method: str) -> CrmTrouble | None:
    """What is wrong with an answer, or with one call of a batch; None when nothing is.

    ``answer``: the parsed JSON; anything but an object is an error page.
    """
    if not isinstance(answer, dict):
        return CrmAway(f"{method}: an answer that is no JSON object (HTTP {status})")
    if "error" not in answer:
        return None if status < 400 else CrmAway(f"{method}: HTTP {status} without a reason")
    # It may be text, a number in text, or empty.
    word = str(answer["error"])
    reason = f"{method}: {word or status} {answer.get('error_description') or ''}".strip()
    code = word.upper()
    if code == "OPERATION_TIME_LIMIT":
        return CrmSpent(reason, seconds=_PAUSES[code])
    if code in _LIMITS:
        return CrmBusy(reason, seconds=_PAUSES.get(code, _LONG_PAUSE))
    if code == _USED_UP:
        return CrmUsedUp(reason)
    if code in _AWAY:
        return CrmAway(reason)
    if code == "NOT_FOUND" and method in _OF_A_PART:
        return CrmRefused(reason)
    if code == "NOT_FOUND":
        return CrmGone(reason) if method in _OF_ONE_RECORD else CrmMisconfigured(reason)
    if code in _MISCONFIGURED or code.endswith("_ITEM_RESTRICTED") or status == 401:
        return CrmMisconfigured(reason)
    return CrmAway(reason) if status >= 500 else CrmRefused(reason)
