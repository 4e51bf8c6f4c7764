"""The judge of effects outside is judged: he finds what is planted, and is content with a clean ledger."""

import sqlite3
from importlib.resources import files
from pathlib import Path

import pytest

from makeline.cases.production.states import JobState
from tests.faults.partner_judge import OurPrint, complaints

PRINTED = OurPrint("OREN1", JobState.COLLECTED)
QUEUED = OurPrint("OREN2", JobState.QUEUED)


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    """One payment, one order, one print, as it should be."""
    path = tmp_path / "partner-ledger.sqlite"
    schema = (files("makeline.adapters.print_partner.simulator") / "ledger.sql").read_text("utf-8")
    _write(path, schema)
    _write(path, "INSERT INTO payments VALUES ('PYEN1', 'MSPY1', 'm', 'd', '19.99', 5, 3, 1.0, 3, 0.5)")
    _write(path, _order("OREN1", "PYEN1"))
    _write(path, _print("OREN1"))
    return path


def _write(path: Path, sql: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(sql)
    connection.close()


def _order(reference: str, payment: str) -> str:
    return f"INSERT INTO orders VALUES ('{reference}', 'MSOR {reference}', '{payment}', 'm', 's', 'd', 'p', '1', 16, 1, 2.0)"


def _print(reference: str) -> str:
    return f"INSERT INTO prints (third_id, device, shell, sha256, bytes, at) VALUES ('{reference}', 'd', 's', '', 1, 3.0)"


def test_a_clean_ledger_has_no_complaints(ledger: Path):
    assert complaints(ledger, [PRINTED, QUEUED]) == []


@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        (_print("OREN1"), "printed twice"),
        (_order("OREN2", "PYEN1"), "ordered twice for one payment"),
        (_order("OREN2", "PYEN1") + ";" + _print("OREN2"), "printed twice for one payment"),
        ("UPDATE payments SET paid_at = NULL, status = 1", "ordered before it was paid"),
        ("UPDATE payments SET paid_at = 2.5", "ordered before it was paid"),
        (_order("OREN9", "PYEN1"), "ordered by nobody"),
        ("DELETE FROM prints", "the partner never printed it"),
        ("DELETE FROM orders", "the partner never got it"),
    ],
)
def test_each_wrong_in_the_ledger_is_found(ledger: Path, planted: str, complaint: str):
    _write(ledger, planted)
    assert any(complaint in found for found in complaints(ledger, [PRINTED, QUEUED]))


def test_once_everything_is_drained_nothing_paid_may_wait(ledger: Path):
    assert complaints(ledger, [PRINTED, QUEUED], drained=True) == ["paid and never printed: OREN2 is queued"]
