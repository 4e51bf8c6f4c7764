"""The outcome for people (Markdown) and for programs (JSON); neither holds a secret."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from makeline.adapters.print_partner.certify.verdicts import Outcome, Sent, Verdict

_MOST_CALLS_SHOWN = 6


def summary(verdicts: Sequence[Verdict]) -> str:
    """One sentence with the three counts."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in Outcome)


def as_json(verdicts: Sequence[Verdict], *, base_url: str, device: str, at: datetime) -> str:
    """``{server, device, at, passed, failed, not_tried, checks: [...]}``."""
    counts = Counter(verdict.outcome for verdict in verdicts)
    fields = {
        "server": base_url,
        "device": device,
        "at": at.isoformat(),
        **{outcome.name.lower(): counts[outcome] for outcome in Outcome},
        "checks": [asdict(verdict) for verdict in verdicts],
    }
    return json.dumps(fields, ensure_ascii=False, indent=2) + "\n"


def as_markdown(verdicts: Sequence[Verdict], *, base_url: str, device: str, at: datetime) -> str:
    """Every check with what was sent, what came back and what the documents say; failures first."""
    lines = [
        "# Certification of a print partner",
        "",
        f"Server {base_url}, device {device}, {at:%Y-%m-%d %H:%M} UTC: {summary(verdicts)}.",
        "",
        "| Section | Check | Outcome |",
        "|---|---|---|",
        *(f"| {verdict.section} | {verdict.name} | {verdict.outcome} |" for verdict in verdicts),
        "",
    ]
    for outcome in (Outcome.FAILED, Outcome.NOT_TRIED, Outcome.PASSED):
        for verdict in verdicts:
            if verdict.outcome is outcome:
                lines += _about(verdict)
    return "\n".join(lines)


def _about(verdict: Verdict) -> list[str]:
    lines = [
        f"## {verdict.name}: {verdict.outcome}",
        "",
        f"- The documents say: {verdict.documents}",
        f"- Found: {verdict.found}",
        "",
    ]
    # The last calls of a failed check are the ones that decided.
    for call in verdict.calls[-_MOST_CALLS_SHOWN:]:
        lines += _call(call)
    return lines


def _call(call: Sent) -> list[str]:
    text = (
        f"POST {call.path}\nsigned text: {call.signed}\nsign:        {call.sign}\nbody:        {call.body}\n"
        f"answer:      HTTP {call.status or 'none'} after {call.seconds:g} s: {call.answer}"
    )
    return ["````text", text.replace("````", "'''"), "````", ""]
