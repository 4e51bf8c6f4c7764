"""Alerts, their pages, the dashboard and the metrics of the code belong together, one to one."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from prometheus_client import generate_latest
from prometheus_client.registry import REGISTRY

from makeline.foundation import metrics
from tests.house.tree import ROOT

OBSERVABILITY = ROOT / "deploy" / "observability"
PAGES = ROOT / "docs" / "runbook"
# What every scrape and every client library brings.
GIVEN = {"up", "ALERTS", "process_resident_memory_bytes"}
# Values that stand in our code: a label may take these, never what a caller sent.
LABELS = {
    *(
        "route",
        "method",
        "status",
        "le",
        "engine",
        "neighbour",
        "operation",
        "outcome",
        "pool",
        "part",
        "state",
    ),
    *("noun", "to", "version", "python", "subscriber", "chore", "limit", "which", "kind", "condition"),
    # Of our own choice, and no more than fifty at once; and what an ISO list has.
    *("machine", "what", "currency"),
}
_NAME = re.compile(r"\b(?:makeline[a-z_:0-9]*|process_\w+)\b(?!-)")


@cache
def _rules(name: str) -> list[dict[str, Any]]:
    told = yaml.safe_load((OBSERVABILITY / "rules" / name).read_text())
    return [rule for group in told["groups"] for rule in group["rules"]]


@cache
def _families() -> dict[str, set[str]]:
    """Every metric of ours with its labels, as they are declared."""
    found: dict[str, set[str]] = {}
    for collector in set(REGISTRY._collector_to_names):
        for name in REGISTRY._collector_to_names[collector]:
            found.setdefault(name, set(getattr(collector, "_labelnames", ())))
    quick = [one for one in vars(metrics).values() if hasattr(one, "observe") and hasattr(one, "_bounds")]
    for one in quick:
        found[one._name] = set(one._labels)
        found.update({f"{one._name}{end}": {*one._labels, "le"} for end in ("_bucket", "_sum", "_count")})
    for end in ("", "_bucket", "_sum", "_count"):
        found[f"makeline_request_seconds{end}"] = {"route", "le"}
    found["makeline_requests_total"] = {"route", "method", "status"}
    found["makeline_moves_total"] = {"noun", "to"}
    return found


def _queries() -> dict[str, str]:
    board = json.loads((OBSERVABILITY / "dashboard.json").read_text())
    panels = [(panel["title"], target) for panel in board["panels"] for target in panel.get("targets", [])]
    found = {f"panel {title} {target['refId']}": target["expr"] for title, target in panels}
    found |= {f"rule {rule['record']}": rule["expr"] for rule in _rules("slo.yml")}
    return found | {f"alert {rule['alert']}": rule["expr"] for rule in _rules("alerts.yml")}


def test_every_metric_of_alerts_and_dashboard_is_in_the_code():
    recorded = {rule["record"] for rule in _rules("slo.yml")}
    known = set(_families()) | recorded | GIVEN
    text_of = {where: re.sub(r'"[^"]*"', '""', query) for where, query in _queries().items()}
    unknown = {where: set(_NAME.findall(query)) - known for where, query in text_of.items()}
    assert {where: names for where, names in unknown.items() if names} == {}


def test_every_alert_has_a_page_and_every_page_an_alert():
    alerts = {rule["alert"]: rule for rule in _rules("alerts.yml")}
    pages = {_title(page): page for page in PAGES.glob("*.md")}
    assert alerts.keys() == pages.keys()
    for name, rule in alerts.items():
        assert rule["annotations"]["runbook_url"] == pages[name].relative_to(ROOT).as_posix()
        told = pages[name].read_text()
        assert [
            part for part in ("Who suffers", "Look at", "Do", "Over when") if f"**{part}" not in told
        ] == []
        assert rule["labels"]["severity"] in {"page", "ticket"}


def test_every_alert_is_tried_on_a_series_before_and_after():
    told = yaml.safe_load((OBSERVABILITY / "rules" / "alerts_test.yml").read_text())
    tried: dict[str, list[bool]] = {}
    for case in told["tests"]:
        for step in case["alert_rule_test"]:
            tried.setdefault(step["alertname"], []).append(bool(step["exp_alerts"]))
    assert tried == {rule["alert"]: [False, True] for rule in _rules("alerts.yml")}


def test_labels_of_metrics_are_words_of_the_code():
    strange = {name: labels - LABELS for name, labels in _families().items() if name.startswith("makeline_")}
    assert {name: labels for name, labels in strange.items() if labels} == {}
    assert b"makeline_build_info" in generate_latest()


def test_the_page_of_promises_names_every_recorded_share():
    page = (ROOT / "docs" / "slo.md").read_text()
    shares = {rule["record"].rpartition(":")[0] for rule in _rules("slo.yml")}
    assert {share for share in shares if share not in page} == set()


def _title(page: Path) -> str:
    return page.read_text().splitlines()[0].removeprefix("# ")
