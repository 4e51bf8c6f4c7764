"""Draw every table of states as a diagram in docs/states: ``make docs``."""

import importlib
from pathlib import Path
from typing import Any

from makeline.kernel.states import StateTable

FOLDER = Path(__file__).parents[1] / "docs" / "states"
_SOURCES = Path(__file__).parents[1] / "src" / "makeline"
_BIRTH = "[*]"


def drawings() -> dict[str, str]:
    """File name -> content, one file for each room that has states."""
    found: dict[str, str] = {}
    for path in sorted(_SOURCES.glob("*/**/states.py")):
        room = ".".join(path.relative_to(_SOURCES).parts[:-1])
        if room == "kernel":
            continue
        module = importlib.import_module(f"makeline.{room}.states")
        tables = [table for table in vars(module).values() if isinstance(table, StateTable)]
        if tables:
            found[f"{room}.md"] = _page(room, tables)
    if found:
        listed = "\n".join(f"- [{name.removesuffix('.md')}]({name})" for name in sorted(found))
        found["README.md"] = f"# States\n\nDrawn from the code by `make docs`.\n\n{listed}\n"
    return found


def _page(room: str, tables: list[StateTable[Any]]) -> str:
    source = f"../../src/makeline/{room.replace('.', '/')}/states.py"
    parts = [f"# States of {room}\n\nDrawn from [states.py]({source}) by `make docs`."]
    parts += [f"## {table.noun}\n\n{_diagram(table)}" for table in tables]
    return "\n\n".join(parts) + "\n"


def _diagram(table: StateTable[Any]) -> str:
    lines = ["```mermaid", "stateDiagram-v2"]
    lines += [f"    {_BIRTH} --> {state.value}" for state in table.moves if state in table.initial]
    for state, followers in table.moves.items():
        lines += [
            f"    {state.value} --> {follower.value}" for follower in table.moves if follower in followers
        ]
        if not followers:
            lines.append(f"    {state.value} --> {_BIRTH}")
    return "\n".join([*lines, "```"])


def main() -> None:
    """Write the drawings and remove those of states that are no more."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    drawn = drawings()
    for path in FOLDER.glob("*.md"):
        if path.name not in drawn:
            path.unlink()
    for name, text in drawn.items():
        (FOLDER / name).write_text(text)
    print(f"docs/states: {len(drawn)} files")


if __name__ == "__main__":
    main()
