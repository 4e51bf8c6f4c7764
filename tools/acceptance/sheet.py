"""The table of what was tried, on the screen and as a file."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Check:
    """One thing that was tried; it passed when ``problems`` is empty."""

    document: str
    line: int | None
    what: str
    problems: Sequence[str] = ()

    @property
    def place(self) -> str:
        """Where in which document, as an editor opens it."""
        return self.document if self.line is None else f"{self.document}:{self.line}"


@dataclass
class Sheet:
    """All checks of a trial, and what was left out with the reason."""

    checks: list[Check] = field(default_factory=list)
    left_out: list[Check] = field(default_factory=list)
    missing: list[Check] = field(default_factory=list)

    def add(self, document: str, line: int | None, what: str, problems: Sequence[str]) -> None:
        """Enter one check."""
        self.checks.append(Check(document, line, what, tuple(problems)))

    def leave_out(self, document: str, line: int | None, what: str, reason: str) -> None:
        """Enter something that is not tried."""
        self.left_out.append(Check(document, line, what, (reason,)))

    def miss(self, document: str, line: int | None, what: str) -> None:
        """Enter something documented that the server does not have yet: neither passed nor failed."""
        self.missing.append(Check(document, line, what, ("not built yet",)))

    @property
    def failed(self) -> list[Check]:
        """Checks with problems."""
        return [check for check in self.checks if check.problems]

    @property
    def verdict(self) -> str:
        """One sentence."""
        return (
            f"{len(self.checks)} checks, {len(self.failed)} failed; {len(self.missing)} documented things not built"
            f" yet, {len(self.left_out)} examples left out."
        )

    def show(self, console: Console) -> None:
        """Print the table."""
        table = Table("", "where", "what", "problems")
        for check in self.checks:
            mark = "[red]failed[/red]" if check.problems else "[green]ok[/green]"
            table.add_row(mark, check.place, check.what, "\n".join(check.problems))
        for check in self.missing:
            table.add_row("[yellow]not built[/yellow]", check.place, check.what, "\n".join(check.problems))
        for check in self.left_out:
            table.add_row("left out", check.place, check.what, "\n".join(check.problems))
        console.print(table)
        console.print(self.verdict)

    def write(self, path: Path) -> None:
        """Keep the table as Markdown."""
        lines = ["# Acceptance", "", self.verdict, "", "| | where | what | problems |", "|---|---|---|---|"]
        rows = [("failed" if check.problems else "ok", check) for check in self.checks]
        rows += [("not built", check) for check in self.missing]
        rows += [("left out", check) for check in self.left_out]
        for mark, check in rows:
            problems = "<br>".join(check.problems).replace("|", "\\|")
            lines.append(f"| {mark} | {check.place} | {check.what} | {problems} |")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")
