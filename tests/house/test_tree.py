"""The tree stands on its own: no address of a package index, no path of somebody's machine, no foreign names in tests."""

import re

from tests.house.tree import ROOT, files, line_of, own_python

# Put together from pieces, so that this file does not find itself.
FOREIGN = re.compile(
    "|".join(
        [
            r"\bpypi\." + "org", "pythonhosted" + r"\.org", r"registry\." + "npmjs", r"registry\." + "yarnpkg",
            r"deb\." + r"debian\.org", r"(?<![\w.:/-])/" + r"(work|root|home)/\w", r"\.py" + r"env/",
        ]
    )
)  # fmt: skip
TEXT = {
    "", ".py", ".md", ".txt", ".in", ".toml", ".ini", ".cfg", ".yaml", ".yml", ".json", ".sh", ".sql", ".html", ".css",
    ".js", ".mjs", ".svg", ".csv", ".lua", ".conf", ".mako", ".jinja",
}  # fmt: skip


def test_no_file_names_a_package_index_or_a_path_of_one_machine():
    offenders = []
    for name in files():
        path = ROOT / name
        if path.suffix not in TEXT:
            continue
        text = path.read_text("utf-8")
        offenders += [f"{name}:{line_of(text, match)}: {match.group()}" for match in FOREIGN.finditer(text)]
    assert not offenders, "\n".join(offenders)


def test_lock_files_carry_hashes_and_no_addresses():
    for name in ("bootstrap", "core", "dev"):
        text = (ROOT / "requirements" / f"{name}.txt").read_text()
        pinned = re.findall(r"^[\w.\[\]-]+==", text, re.MULTILINE)
        assert pinned
        assert "://" not in text
        assert text.count("--hash=sha256:") >= len(pinned)


def test_no_test_replaces_our_own_names():
    pattern = re.compile(
        r"unittest\.mock|from unittest import mock|\bmocker\b|monkeypatch\.setattr\(\s*[\"']"
    )
    here = "tests/house/test_tree.py"
    offenders = [
        f"{source.name}: {match.group()}"
        for source in own_python()
        if source.name.startswith("tests/") and source.name != here and (match := pattern.search(source.text))
    ]
    assert not offenders, offenders
