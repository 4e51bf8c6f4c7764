"""``python -m tools.deploy_check``: hold every file of ``deploy`` against the validator of who will read it.

compose.yaml against the schema of its specification, manifests against the schemas of Kubernetes, units by systemd-analyze,
proxies by the programs themselves, the Dockerfile by hadolint. Ends with 1 when one of them objects.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
_BIN = Path(sys.executable).parent
# What the units start; a root of their own holds stand-ins of it.
_PROGRAMS = ("opt/makeline/.venv/bin/makeline", "usr/bin/curl")
_HOSTS = {"SHOP_HOST": "shop.example.com", "OBJECTS_HOST": "objects.example.com"}


class Objection(Exception):
    """What a validator said."""


def check_compose(file: Path = DEPLOY / "compose.yaml") -> None:
    """The schema of the compose specification."""
    _run([_BIN / "check-jsonschema", "--builtin-schema", "vendor.compose-spec", file])


def check_manifests(files: Sequence[Path] | None = None) -> None:
    """The schemas of Kubernetes, which know no other fields than theirs."""
    files = files or sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    _run([_BIN / "kubernetes-validate", "--strict", "--quiet", *files])


def check_dockerfile(file: Path = DEPLOY / "Dockerfile") -> None:
    """hadolint."""
    _run([_BIN / "hadolint", file])


def check_units(folder: Path = DEPLOY / "systemd") -> None:
    """systemd-analyze, in a root where the programs exist; a unit that is a template is checked as an instance."""
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        units = root / "etc/systemd/system"
        shutil.copytree(folder, units)
        # The targets and services of the system itself.
        shutil.copytree("/usr/lib/systemd/system", root / "usr/lib/systemd/system", symlinks=True)
        for program in (root / path for path in _PROGRAMS):
            program.parent.mkdir(parents=True, exist_ok=True)
            program.write_text("#!/bin/sh\n")
            program.chmod(0o755)
        for unit in units.glob("*@.service"):
            unit.rename(unit.with_name(unit.name.replace("@.", "@8001.")))
        said = _run(
            ["systemd-analyze", "verify", "--root", root, *sorted(unit.name for unit in units.iterdir())]
        )
        # It warns of unknown directives and ends with 0.
        complaints = [line for line in said.splitlines() if "makeline" in line]
        if complaints:
            raise Objection("\n".join(complaints))


def check_nginx(file: Path = DEPLOY / "proxy/nginx.conf") -> None:
    """nginx itself, with certificates of the moment."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "certificates").mkdir()
        make_certificate(folder / "certificates", "shop", host="shop.example.com")
        # Whoever checks need not be who may write there.
        text = file.read_text().replace("pid /run/nginx.pid;", f"pid {folder}/nginx.pid;")
        (folder / "nginx.conf").write_text(text)
        _run(["nginx", "-t", "-q", "-p", folder, "-c", folder / "nginx.conf"])


def check_caddy(file: Path = DEPLOY / "proxy/Caddyfile") -> None:
    """Caddy itself."""
    _run(["caddy", "validate", "--adapter", "caddyfile", "--config", file], env=_HOSTS)


def make_certificate(folder: Path, name: str, *, host: str) -> None:
    """``name.crt`` and ``name.key``, good for two days, signed by itself."""
    _run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
            ),
            *("-days", "2", "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"),
            *("-keyout", folder / f"{name}.key", "-out", folder / f"{name}.crt"),
        ]
    )


CHECKS: Mapping[str, Callable[[], None]] = {
    "compose.yaml": check_compose,
    "Dockerfile": check_dockerfile,
    "kubernetes": check_manifests,
    "systemd": check_units,
    "proxy/nginx.conf": check_nginx,
    "proxy/Caddyfile": check_caddy,
}


def main() -> int:
    """One line for each."""
    objections = 0
    for name, check in CHECKS.items():
        try:
            check()
        except (Objection, FileNotFoundError) as error:
            objections += 1
            print(f"deploy/{name}: {error}")
        else:
            print(f"deploy/{name}: ok")
    return 1 if objections else 0


def _run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> str:
    words = [str(word) for word in command]
    path = {"PATH": f"{_BIN}:/usr/sbin:/usr/bin:/sbin:/bin"}
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        check=False,
        env={**path, "HOME": tempfile.gettempdir(), **(env or {})},
    )
    said = f"{done.stdout}{done.stderr}".strip()
    if done.returncode:
        raise Objection(said or f"{words[0]} ended with {done.returncode}")
    return said


if __name__ == "__main__":
    sys.exit(main())
