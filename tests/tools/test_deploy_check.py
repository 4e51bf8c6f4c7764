"""The check of deploy's files: what its validators take, and that each objects to a mistake."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tools.deploy_check import (
    DEPLOY,
    Objection,
    check_caddy,
    check_compose,
    check_dockerfile,
    check_manifests,
    check_nginx,
    check_units,
)

# What is checked, a line of it, and the same with the mistake of a tired person.
BY_DAY = [
    (check_compose, "compose.yaml", "    shm_size: 256m", "    shm_sizes: 256m"),
    (lambda file: check_manifests([file]), "kubernetes/serve.yaml", "minAvailable: 1", "minAvailible: 1"),
]
BY_NIGHT = [
    *BY_DAY,
    (check_dockerfile, "Dockerfile", "USER 10001", "USR 10001"),
    (check_nginx, "proxy/nginx.conf", "server_tokens off;", "server_tokens off"),
    (check_caddy, "proxy/Caddyfile", "lb_policy least_conn", "lb_policy most_conn"),
]


def test_every_file_is_taken_and_each_with_a_mistake_is_not(
    tmp_path: Path, rounds: Callable[[int, int], int]
):
    for number, (check, name, line, mistake) in enumerate((BY_DAY, BY_NIGHT)[rounds(0, 1)]):
        file = DEPLOY / name
        assert line in file.read_text()
        check(file)
        # By day the first alone is spoilt, too: each of these takes a quarter of a second.
        if number and not rounds(0, 1):
            continue
        spoilt = tmp_path / f"{number}-{file.name}"
        spoilt.write_text(file.read_text().replace(line, mistake))
        with pytest.raises(Objection):
            check(spoilt)


def test_units_are_taken_and_one_with_a_mistake_is_not(tmp_path: Path, rounds: Callable[[int, int], int]):
    if not rounds(0, 1):
        # By day systemd's own word is not asked: it takes a second, and what they say of us is held elsewhere.
        assert {file.suffix for file in (DEPLOY / "systemd").iterdir()} == {".service", ".target"}
        return
    check_units()
    for name, line, mistake in (
        ("makeline-serve@.service", "ProtectHome=yes", "ProtectHomes=yes"),
        ("makeline-work@.service", "ExecStart=/opt", "ExecStart=/opts"),
        ("makeline-migrate.service", "Type=oneshot", "Type=oneshoot"),
    ):
        folder = tmp_path / name
        folder.mkdir()
        for file in (DEPLOY / "systemd").iterdir():
            text = file.read_text()
            (folder / file.name).write_text(text.replace(line, mistake) if file.name == name else text)
        with pytest.raises(Objection):
            check_units(folder)
