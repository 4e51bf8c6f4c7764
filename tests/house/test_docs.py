"""The documents tell the truth: links, targets, diagrams."""

import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, files
from tools.draw_states import drawings

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|!\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")


def _documents() -> list[Path]:
    return [ROOT / name for name in files() if name.endswith(".md")]


@pytest.mark.parametrize("document", _documents(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(document: Path):
    offenders = []
    for match in _LINK.finditer(_without_code(document.read_text())):
        target = match.group(1) or match.group(2)
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        place = (document.parent / path).resolve() if path else document
        if not place.exists() or (anchor and place.suffix == ".md" and anchor not in _anchors(place)):
            offenders.append(target)
    assert not offenders, offenders


def test_every_make_target_in_the_documents_exists():
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    offenders = [
        f"{document.relative_to(ROOT)}: make {target}"
        for document in _documents()
        for target in re.findall(
            r"(?:`|^\s*\$?\s*)make ([a-z]+)\b(?=[^`\n]*`|\s*(?:#.*)?$)", document.read_text(), re.MULTILINE
        )
        if target not in targets
    ]
    assert not offenders, offenders


def test_the_diagrams_of_states_are_current():
    folder = ROOT / "docs" / "states"
    drawn = {path.name: path.read_text() for path in folder.glob("*.md")}
    assert drawn == drawings(), "run `make docs`"


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"(?ms)^```.*?^```", "", text))


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"(?m)^#{1,6}\s+(.*?)\s*#*$", re.sub(r"(?ms)^```.*?^```", "", document.read_text()))
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}
