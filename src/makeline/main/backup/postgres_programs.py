"""PostgreSQL's own programs, which copy a database and bring it back; they are found as the shell finds them."""

import os
import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from makeline.kernel.errors import Kind, Refusal

_LONGEST_WORDS = 400


class ProgramMissing(Refusal):
    """A program of PostgreSQL is not installed, or not on the PATH."""

    code = "PROGRAM_MISSING"
    kind = Kind.UNAVAILABLE


class ProgramFailed(Refusal):
    """A program of PostgreSQL did not do what it was asked; its own words say why."""

    code = "PROGRAM_FAILED"
    kind = Kind.UNAVAILABLE


def dump(url: str, snapshot: str, place: Path) -> None:
    """Write what ``snapshot`` sees to a file in PostgreSQL's custom form."""
    _run("pg_dump", url, "--format=custom", "--compress=1", f"--snapshot={snapshot}", f"--file={place}")


def bring_back(url: str, dumped: Path) -> None:
    """Fill the empty database at ``url``, whole or not at all."""
    _run("pg_restore", url, "--exit-on-error", "--single-transaction", str(dumped))


def _run(program: str, url: str, *words: str) -> None:
    place = shutil.which(program)
    if place is None:
        raise ProgramMissing(
            f"{program} is not on the PATH; install the client programs of PostgreSQL, of the server's version or later"
        )
    address, password = _without_password(url)
    done = subprocess.run(
        [place, "--no-owner", "--no-privileges", "--no-password", f"--dbname={address}", *words],
        capture_output=True,
        text=True,
        check=False,
        # On a command line everybody on the machine could read it.
        env=os.environ | ({"PGPASSWORD": password} if password else {}),
    )
    if done.returncode:
        raise ProgramFailed(f"{program}: {' '.join(done.stderr.split())[:_LONGEST_WORDS]}")


def _without_password(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    if parts.password is None:
        return url, ""
    names, _, host = parts.netloc.rpartition("@")
    user = names.partition(":")[0]
    return urlunsplit(parts._replace(netloc=f"{user}@{host}")), unquote(parts.password)
