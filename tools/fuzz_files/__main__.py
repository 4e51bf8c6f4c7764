"""Fuzz the readers of CAD files one after the other, each in processes of its own, and print what became of it.

    .venv/bin/python -m tools.fuzz_files [--minutes 30] [--reader obj] [--keep build/fuzz] [--save]

Readers of meshes are ours and fuzzed by coverage: bytes that find new ways through a reader are kept in ``--keep``
and changed further, also by the next run. STEP is read by a kernel that is not ours: sound files are spoilt and go
through the limited process as customers' files do. ``--save`` stores the shortest of what was kept beside the tests,
which read it again on every run.
"""

import argparse
import math
import sys
from pathlib import Path

from tools.fuzz_files.meshes import READERS, fuzz_mesh_reader
from tools.fuzz_files.models import fuzz_models
from tools.fuzz_files.report import Report
from tools.report.page import write_page
from tools.report.record import keep, record

_MODELS = "step"


def main() -> int:
    """Fuzz every reader, or the one that is named; answers 1 if there is a finding."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--minutes", type=float, default=1, help="for each reader")
    parser.add_argument("--reader", choices=[*READERS, _MODELS])
    parser.add_argument("--keep", type=Path, default=Path("build/fuzz"), help="where the corpus stays")
    parser.add_argument("--save", action="store_true", help="store the corpus beside the tests")
    asked = parser.parse_args()
    seconds = math.ceil(asked.minutes * 60)
    print(Report.HEAD, flush=True)
    findings = 0
    for name in [asked.reader] if asked.reader else [*READERS, _MODELS]:
        if name == _MODELS:
            report = fuzz_models(seconds)
        else:
            report = fuzz_mesh_reader(name, seconds, keep=asked.keep, save=asked.save)
        print(report.line(), flush=True)
        _keep(report)
        findings += len(report.findings)
        for finding in report.findings:
            print(finding, flush=True)
    write_page()
    return int(findings > 0)


def _keep(report: Report) -> None:
    found, minutes = len(report.findings), report.seconds / 60
    words = (
        f"{report.executions:,} executions in {minutes:.0f} min, {found} crashes in our code, "
        f"{report.killed} processes ended by a file, at most {report.peak_bytes / 1e6:.0f} MB"
    )
    line, command = f"R24 reader {report.reader}: {words}", f"make fuzzfiles MINUTES={minutes:.0f}"
    keep(record(line, command=command, seconds=report.seconds, passed=not found))


if __name__ == "__main__":
    sys.exit(main())
