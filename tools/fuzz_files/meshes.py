"""Our own readers, fuzzed by coverage: the fuzzer ends its process when it is done, so it has one of its own.

A reader may refuse bytes with ``UnusableFile``; anything else it raises, a minute of thinking or too much memory is
a finding.
"""

import base64
import math
import re
import subprocess
import sys
import time
from pathlib import Path

from tools.fuzz_files.corpus import put_examples, save_corpus
from tools.fuzz_files.report import Report

READERS = ("stl", "obj", "ply", "3mf", "archive", "pictures")
_PROGRESS = re.compile(r"^#\d+\s+\w+\s+cov: (\d+) ft: \d+ corp: (\d+)", re.MULTILINE)
_LAST_LINES = 30
# The fuzzer's own memory grows with everything it tries, so it begins anew every so many seconds, with what it kept.
_SITTING = 60


def fuzz_mesh_reader(name: str, seconds: int, *, keep: Path, save: bool = False) -> Report:
    """Let one reader read for so long, or until its first finding; its corpus stays in ``keep``."""
    folder = keep / name
    words = put_examples(name, folder)
    for old in folder.glob("found-*"):
        old.unlink()
    report = Report(name, 0.0, 0)
    while report.seconds < seconds and not report.findings:
        _sit(report, folder, words, min(_SITTING, math.ceil(seconds - report.seconds)))
    if save and not report.findings:
        save_corpus(name, folder)
    return report


def _sit(report: Report, folder: Path, words: Path, seconds: int) -> None:
    """One process for so long; what it did is added to the report."""
    command = [sys.executable, "-m", "tools.fuzz_files.target", report.reader]
    began = time.monotonic()
    ended = subprocess.run(
        [*command, str(folder), str(words), str(seconds)],
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    report.seconds += time.monotonic() - began
    report.executions += _figure(ended.stderr, "number_of_executed_units")
    report.peak_bytes = max(report.peak_bytes, _figure(ended.stderr, "peak_rss_mb") * 1024 * 1024)
    progress = [(int(coverage), int(corpus)) for coverage, corpus in _PROGRESS.findall(ended.stderr)]
    if progress:
        first = report.coverage[0] if report.coverage else progress[0][0]
        report.coverage, report.corpus = (first, progress[-1][0]), progress[-1][1]
    if ended.returncode:
        told = [line for line in ended.stderr.splitlines() if not line.startswith(("#", "INFO"))]
        found = [base64.b64encode(path.read_bytes()).decode() for path in folder.glob("found-*")]
        report.findings.append("\n".join([ended.stdout[-2000:], *told[-_LAST_LINES:], *found]))


def _figure(told: str, name: str) -> int:
    found = re.search(rf"stat::{name}:\s+(\d+)", told)
    return int(found[1]) if found else 0
