"""The documents tell the truth: links, paths, names, commands, settings, diagrams."""

import re
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from makeline.foundation.settings_groups import GROUPS
from makeline.main.cli import COMMANDS, command
from makeline.main.tables import all_tables
from tests.house.tree import PRODUCT, ROOT, files, product
from tools.draw_states import drawings

LARGEST_PICTURE = 400 * 1024
# These speak of what was, or of what lies elsewhere.
OF_ELSEWHERE = {"CHANGELOG.md", "src/makeline/main/demo_photo/PHOTO-LICENCE.md"}
# Names in the documents that are not ours to keep.
FOREIGN_NAMES = {
    "pg_dump": "a program of PostgreSQL",
    "pg_basebackup": "a program of PostgreSQL",
    "archive_mode": "a setting of PostgreSQL",
    "archive_command": "a setting of PostgreSQL",
    "FLAKY": "the simulator takes a device's name for a switch, whatever its letter case",
}
# Variables that tests read, and nobody else.
OF_TESTS = {"MAKELINE_TEST_POSTGRES"}

_SPAN = re.compile(r"`([^`\n]+)`")
_FILE = re.compile(r"[\w./-]*\w\.(py|md|sql|json|toml|ini|txt|in|png|jpg|ttf|mako|yaml)")
_NAME = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*")
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)|!\[[^\]]*\]\(<?([^)\s>]+)>?[^)]*\)")


def _documents() -> list[Path]:
    return [ROOT / name for name in files() if name.endswith(".md")]


_about_this_tree = pytest.mark.parametrize(
    "document",
    [path for path in _documents() if path.relative_to(ROOT).as_posix() not in OF_ELSEWHERE],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)


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
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    offenders = [
        f"{document.relative_to(ROOT)}: make {target}"
        for document in _documents()
        for target in re.findall(
            r"(?:`|^\s*\$?\s*)make ([a-z-]+)\b(?=[^`\n]*`|\s*(?:#.*)?$)", document.read_text(), re.MULTILINE
        )
        if target not in targets
    ]
    assert not offenders, offenders


def test_the_diagrams_of_states_are_current():
    folder = ROOT / "docs" / "states"
    drawn = {path.name: path.read_text() for path in folder.glob("*.md")}
    assert drawn == drawings(), "run `make docs`"


@_about_this_tree
def test_every_path_in_a_document_exists(document: Path):
    tops = {path.name for path in (*ROOT.iterdir(), *PRODUCT.iterdir()) if path.is_dir()}
    missing = []
    for span in _spans(document):
        place = span.partition("::")[0].rstrip("/")
        if _FILE.fullmatch(place):
            there = any(f"/{name}".endswith(f"/{place}") for name in files()) or (ROOT / place).exists()
        elif "/" in place and place.split("/")[0] in tops and re.fullmatch(r"[\w./-]+", place):
            there = any((root / place).exists() for root in (ROOT, PRODUCT))
        else:
            continue
        if not there:
            missing.append(span)
    assert not missing, missing


@_about_this_tree
def test_every_name_in_a_document_is_said_in_the_code(document: Path):
    unknown = {
        word
        for span in _spans(document)
        if _NAME.fullmatch(span)
        for word in span.split(".")
        if ("_" in word or word.lower() != word) and word not in _words_of_the_code()
    }
    assert unknown <= FOREIGN_NAMES.keys(), unknown


def test_every_verb_on_the_map_is_a_function_of_its_room():
    rows = re.findall(r"(?m)^\| `([\w/]+)` \|[^|]*\|([^|]*)\|$", (ROOT / "docs" / "map.md").read_text())
    assert rows
    missing = []
    for room, cell in rows:
        inside = [source for source in product() if source.name.startswith(f"src/makeline/{room}/")]
        defined = {function.name for source in inside for function in source.functions}
        verbs = [span.split(".")[-1] for span in _SPAN.findall(cell) if not _FILE.fullmatch(span)]
        missing += [f"{room}: {verb}" for verb in verbs if verb not in defined]
    assert not missing, missing


def test_every_room_is_on_the_map():
    floors = [PRODUCT / floor for floor in ("commerce", "cases", "parts")]
    rooms = {
        path.relative_to(PRODUCT).as_posix()
        for floor in floors
        for path in floor.iterdir()
        if (path / "__init__.py").exists()
    }
    text = (ROOT / "docs" / "map.md").read_text()
    assert {room for room in rooms if f"| `{room}` |" not in text} == set()


def test_every_command_in_the_documents_exists():
    commands = {name: command(name) for name in COMMANDS}
    offenders = []
    for document in _documents():
        for name, options in re.findall(
            r"(?:`|bin/|^)makeline ([a-z][\w-]*)((?: --[\w-]+)*)", document.read_text(), re.MULTILINE
        ):
            known = {
                option for parameter in getattr(commands.get(name), "params", ()) for option in parameter.opts
            }
            if name not in commands or not set(options.split()) <= known:
                offenders.append(f"{document.relative_to(ROOT)}: makeline {name}{options}")
    assert not offenders, offenders


def test_every_variable_that_the_documents_set_is_read():
    known = _settings() | OF_TESTS
    known |= set(re.findall(r"(?m)^([A-Z_]+) \?=", (ROOT / "Makefile").read_text()))
    offenders = [
        f"{document.relative_to(ROOT)}: {name}"
        for document in _documents()
        for name in re.findall(
            r"(?:^|`|\bexport |\s)([A-Z][A-Z0-9_]{2,})=", document.read_text(), re.MULTILINE
        )
        if name not in known
    ]
    assert not offenders, offenders


def test_every_decision_is_listed_and_has_a_number_of_its_own():
    folder = ROOT / "docs" / "decisions"
    pages = sorted(path.name for path in folder.glob("[0-9]*.md"))
    listed = re.findall(r"\((\d{4}-[\w-]+\.md)\)", (folder / "README.md").read_text())
    assert listed == pages
    assert len({name[:4] for name in pages}) == len(pages)


def test_the_runbook_knows_every_anomaly_and_every_metric():
    runbook = (ROOT / "docs" / "runbook.md").read_text()
    noted = {
        name for source in product() for name in re.findall(r'note_anomaly\(\s*unit,\s*"(\w+)"', source.text)
    }
    measured = set(re.findall(r'"(makeline_\w+)"', (PRODUCT / "foundation" / "metrics.py").read_text()))
    assert noted
    assert measured
    assert {name for name in noted | measured if f"`{name}`" not in runbook} == set()


def test_the_statements_of_the_runbook_run():
    statements = re.findall(r'"(SELECT [^"]+)"', (ROOT / "docs" / "runbook.md").read_text())
    engine = create_engine("sqlite://")
    assert statements
    with engine.begin() as connection:
        all_tables().create_all(connection)
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_pictures_are_light():
    heavy = [
        path.name for path in (ROOT / "docs" / "pictures").iterdir() if path.stat().st_size > LARGEST_PICTURE
    ]
    assert not heavy, heavy


def _settings() -> set[str]:
    return {name.upper() for group in GROUPS for name in group.model_fields}


def _spans(document: Path) -> list[str]:
    return _SPAN.findall(re.sub(r"(?ms)^```.*?^```", "", document.read_text()))


@cache
def _words_of_the_code() -> frozenset[str]:
    words = _settings()
    for name in files():
        if name.startswith("tests/house/"):
            continue
        if name == "Makefile" or name.endswith(
            (".py", ".sql", ".toml", ".ini", ".json", ".importlinter", ".service")
        ):
            words.update(re.findall(r"\w+", (ROOT / name).read_text()))
            words.add(Path(name).stem)
    return frozenset(words)


def _without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", re.sub(r"(?ms)^```.*?^```", "", text))


def _anchors(document: Path) -> set[str]:
    headings = re.findall(r"(?m)^#{1,6}\s+(.*?)\s*#*$", re.sub(r"(?ms)^```.*?^```", "", document.read_text()))
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading) for heading in headings]
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in plain}
