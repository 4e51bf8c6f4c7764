"""``python -m tools.hosts [CASE …]``: two hosts serve customers while links are cut, engines killed and a host frozen.

After each fault everybody is served to the end; then the client's own list of acknowledgements is held against the
database, our prints against the partner's ledger, and the invariants are asked. What each case found is kept for the
report. Ends with 1 when anything is lost, doubled or contradicted, with 3 where networks cannot be made.
"""

import argparse
import asyncio
import random
import sys
import tempfile
from functools import partial
from pathlib import Path

from tools.hosts.cases import CASES, Case
from tools.hosts.lab import ADDRESSES, Lab
from tools.hosts.network import Network, NotPermitted
from tools.hosts.trial import Outcome, Trial
from tools.report.page import write_page
from tools.report.record import here, keep, record


def main() -> int:
    """Build, try each case, tear down."""
    parser = argparse.ArgumentParser(prog="python -m tools.hosts", description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="words of the cases to try (all of them)")
    parser.add_argument("--seed", type=int, default=14, help="what customers do (14)")
    parser.add_argument("--customers", type=int, default=8, help="how many at once (8)")
    parser.add_argument("--keep", type=Path, help="a folder for logs and data, which stay")
    parser.add_argument("--unkept", action="store_true", help="leave no record for the report")
    told = parser.parse_args()
    wanted = [case for case in CASES if not told.cases or any(word in case.name for word in told.cases)]
    if not wanted:
        parser.error(f"there are: {', '.join(case.name for case in CASES)}")
    here()  # the commit is the one that the run began with
    try:
        network = Network.build(ADDRESSES)
    except NotPermitted as error:
        print(f"hosts: not tried: {error}", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory(prefix="makeline-hosts-", ignore_cleanup_errors=True) as name:
        folder = told.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        # The database server runs as a user of its own.
        folder.chmod(0o755)
        lab = Lab.on(network, folder)
        try:
            network.hosts["street"].enter()
            lab.start_database()
            lab.start_engine("valkey")
            lab.start_engine("s3")
            trial = Trial(lab, random.Random(told.seed), told.customers)
            faults = asyncio.run(trial.run(wanted, partial(_tell, told.seed, kept=not told.unkept)))
        finally:
            lab.close()
    return 1 if faults else 0


def _tell(seed: int, case: Case, outcome: Outcome, *, kept: bool) -> None:
    print(f"{case.id} {case.name}: {outcome.words}", flush=True)
    for fault in outcome.faults[:20]:
        print(f"  {fault}", flush=True)
    if kept:
        passed = not outcome.faults
        command = f"make hosts ARGS=\"'{case.name}'\""
        keep(
            record(
                f"{case.id}: {outcome.words}",
                command=command,
                seconds=outcome.seconds,
                passed=passed,
                seed=seed,
            )
        )
        write_page()


if __name__ == "__main__":
    sys.exit(main())
