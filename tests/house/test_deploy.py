"""The files of ``deploy`` and the product say the same: settings, commands, paths, ports, versions, time to stop."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from makeline import __version__
from makeline.foundation.settings import Settings, read_settings
from makeline.foundation.settings_groups import GROUPS, WorkerSettings
from makeline.main.cli import COMMANDS
from tests.house.tree import PRODUCT, ROOT

DEPLOY = ROOT / "deploy"
NAMES = {name.upper() for group in GROUPS for name in group.model_fields}
# Secrets that whoever deploys fills in; as long as they must be, and each its own.
FILLED = ("LINK_KEYS", "SIGNING_KEYS", "TOKEN_KEYS", "PARTNER_ACCOUNT", "PARTNER_PASSWORD", "PARTNER_KEY")


def _manifests() -> list[dict[str, Any]]:
    files = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [manifest for file in files for manifest in yaml.safe_load_all(file.read_text())]


def _units() -> dict[str, str]:
    return {file.name: file.read_text() for file in (DEPLOY / "systemd").glob("*.service")}


def _compose() -> dict[str, Any]:
    return yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]


def _pods() -> dict[str, dict[str, Any]]:
    return {
        manifest["metadata"]["name"]: manifest["spec"]["template"]["spec"]
        for manifest in _manifests()
        if manifest["kind"] in ("Deployment", "Job")
    }


def _example() -> dict[str, str]:
    lines = (DEPLOY / "makeline.env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def _cluster() -> dict[str, str]:
    found: dict[str, str] = {}
    for manifest in _manifests():
        if manifest["kind"] in ("ConfigMap", "Secret"):
            found |= manifest.get("data", {}) | manifest.get("stringData", {})
    return found


def _named() -> Iterator[tuple[str, str]]:
    """Every variable that a file sets, with the file's name."""
    yield from (("makeline.env.example", name) for name in _example())
    yield from (("kubernetes", name) for name in _cluster())
    for pod in _pods().values():
        yield from (("kubernetes", one["name"]) for box in pod["containers"] for one in box.get("env", ()))
    for service in _compose().values():
        if str(service.get("image", "")).startswith("makeline:"):
            yield from (("compose.yaml", name) for name in service["environment"])
    for unit, text in _units().items():
        for line in re.findall(r"(?m)^Environment=(.*)$", text):
            yield from ((unit, word.split("=")[0]) for word in line.split())
    yield from (
        ("Dockerfile", name) for name in re.findall(r"(HOST|DATA_DIR)=", (DEPLOY / "Dockerfile").read_text())
    )


def test_every_variable_that_a_deployment_sets_is_a_setting():
    named = list(_named())
    assert len({file for file, _ in named}) >= 6
    assert [(file, name) for file, name in named if name not in NAMES] == []


@pytest.mark.parametrize("values", [_example(), _cluster()], ids=["makeline.env.example", "kubernetes"])
def test_with_its_secrets_filled_in_production_takes_the_example(
    values: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
    for name, value in values.items():
        assert isinstance(value, str), f"{name} is no text"
        monkeypatch.setenv(name, value or (f"{name}-" * 6 if name in FILLED else ""))
    settings: Settings = read_settings()
    assert settings.place.profile == "production"
    assert settings.worker.worker == "apart"
    # The pools of two servers and two workers fit into what the database of compose.yaml allows.
    allowed = re.search(r"max_connections=(\d+)", (DEPLOY / "compose.yaml").read_text())
    assert allowed is not None
    assert 4 * (settings.database.database_connections + 1) < int(allowed[1])


def test_every_command_that_is_started_exists():
    started = [box["args"][0] for pod in _pods().values() for box in pod["containers"]]
    started += [
        service["command"][0]
        for service in _compose().values()
        if str(service.get("image", "")).startswith("makeline:")
    ]
    for text in _units().values():
        started += re.findall(r"(?m)^ExecStart=\S+/makeline (\S+)$", text)
    assert len(started) == 9
    assert set(started) <= COMMANDS.keys()


def test_every_path_that_is_probed_is_served():
    served = set(re.findall(r'"GET",\s*"(/\w+)"', (PRODUCT / "main" / "health.py").read_text()))
    text = "\n".join(path.read_text() for path in DEPLOY.rglob("*") if path.suffix in (".yaml", ".service"))
    probed = set(re.findall(r"(?:path: |127\.0\.0\.1:(?:8000|%i))(/\w+)", text))
    assert {"/ready", "/live"} <= probed
    assert probed <= served


def test_servers_listen_where_they_are_asked():
    box = _pods()["makeline-serve"]["containers"][0]
    ports = {one["name"]: one["value"] for one in box["env"]}
    assert [port["containerPort"] for port in box["ports"]] == [int(ports["PORT"])]
    upstream = re.findall(r"server 127\.0\.0\.1:(\d+)", (DEPLOY / "proxy" / "nginx.conf").read_text())
    page = (ROOT / "docs" / "deployment.md").read_text()
    assert upstream
    assert [port for port in upstream if f"makeline-serve@{port}" not in page] == []


def test_stopping_has_the_time_that_work_under_way_gets():
    seconds = WorkerSettings.model_fields["shutdown_seconds"].default
    pods = _pods()
    assert pods["makeline-serve"]["terminationGracePeriodSeconds"] >= 5 + 2 * seconds + 5
    assert pods["makeline-work"]["terminationGracePeriodSeconds"] >= seconds + 10
    assert int(_compose()["serve"]["stop_grace_period"].removesuffix("s")) >= 2 * seconds + 5
    limits = [
        int(limit) for text in _units().values() for limit in re.findall(r"(?m)^TimeoutStopSec=(\d+)$", text)
    ]
    assert len(limits) == 2
    assert min(limits) >= 2 * seconds + 5


def test_the_images_are_of_this_version():
    text = "\n".join(path.read_text() for path in DEPLOY.rglob("*") if path.is_file())
    assert set(re.findall(r"makeline:(\d[\w.]*)", text)) == {__version__}


def test_units_are_hardened_alike_and_leave_confinement_its_means():
    hardening = {
        unit: text[text.index("NoNewPrivileges") : text.index("[Install]")] for unit, text in _units().items()
    }
    assert len(hardening) == 3
    assert len(set(hardening.values())) == 1
    # What our limited processes need to confine themselves is told in comments, and never switched on.
    forbidden = (
        "RestrictNamespaces",
        "SystemCallFilter",
        "PrivateUsers",
        "ProcSubset",
        "MemoryDenyWriteExecute",
    )
    serve = _units()["makeline-serve@.service"]
    for name in forbidden:
        assert f"#   {name}" in serve
        assert not re.search(rf"(?m)^{name}=", serve)
