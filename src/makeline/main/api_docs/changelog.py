"""CHANGELOG.md as a page: headings, lists and code, which is all that it is written with."""

from collections.abc import Iterator
from pathlib import Path

from makeline.main.api_docs.pieces import prose

CHANGELOG = Path(__file__).resolve().parents[4] / "CHANGELOG.md"


def changelog_html(path: Path = CHANGELOG) -> str:
    """The log; empty where it was not brought along."""
    if not path.exists():
        return ""
    return "".join(_blocks(path.read_text("utf-8").splitlines()))


def _blocks(lines: list[str]) -> Iterator[str]:
    """One piece for each heading, paragraph and list; a line that is set in belongs to the one before it."""
    items: list[str] = []
    said: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("- "):
            items.append(line[2:])
        elif line.startswith("  ") and items:
            items[-1] += " " + line.strip()
        elif not line or line.startswith("#"):
            if said:
                yield f"<p>{prose(' '.join(said))}</p>"
            if items and (line.startswith("#") or not line):
                yield f"<ul>{''.join(f'<li>{prose(item)}</li>' for item in items)}</ul>"
            items, said = [], []
            if line.startswith("## "):
                yield f"<h2>{prose(line[3:])}</h2>"
            elif line.startswith("### "):
                yield f"<h3>{prose(line[4:])}</h3>"
        else:
            said.append(line)
