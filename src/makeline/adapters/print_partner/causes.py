"""Why a call was refused, and what to do: plain words for a partner's people, in English and Chinese."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_HERE = Path(__file__).parent
LANGUAGES = ("en", "zh")


class Words(NamedTuple):
    """One cause in one language: what was wrong, and what to do about it."""

    cause: str
    advice: str


def _read() -> Mapping[str, Mapping[str, Words]]:
    raw = json.loads((_HERE / "causes.json").read_text("utf-8"))
    return {
        name: {language: Words(*texts) for language, texts in languages.items()}
        for name, languages in raw.items()
    }


# By ``CODE``, by ``CODE/reason`` where a reason says more, and by ``mistake/…`` for usual mistakes of signing.
CAUSES = _read()
_ANYTHING = {
    "en": Words("The call was refused.", "Read the message; if it does not help, tell our staff the time of the call."),
    "zh": Words("请求被拒绝。", "请阅读提示信息；如无帮助，请将调用时间告知我方工作人员。"),
}  # fmt: skip


def words_for(code: str, reason: str | None = None) -> Mapping[str, Words]:
    """By language; the finest that is known."""
    return CAUSES.get(f"{code}/{reason}") or CAUSES.get(code) or _ANYTHING


def words_for_mistake(mistake: str | None) -> Mapping[str, Words] | None:
    """By language; None when no usual mistake was found."""
    return CAUSES.get(f"mistake/{mistake}") if mistake else None
