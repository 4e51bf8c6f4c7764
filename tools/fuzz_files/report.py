"""What one run over one reader came to, as a line of a table."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """``coverage``: branches seen before and after; ``killed``: processes that a file ended; ``findings``: what to mend,
    each with its bytes."""

    reader: str
    seconds: float
    executions: int
    coverage: tuple[int, int] | None = None
    corpus: int = 0
    killed: int = 0
    peak_bytes: int = 0
    findings: list[str] = field(default_factory=list)

    HEAD = (
        "| reader | seconds | executions | coverage, at first | and at last | corpus | processes killed | findings | peak MB |\n"
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    )

    def line(self) -> str:
        """A row below ``HEAD``."""
        before, after = self.coverage or ("–", "–")
        return (
            f"| {self.reader} | {self.seconds:.0f} | {self.executions:,} | {before} | {after} | {self.corpus} "
            f"| {self.killed} | {len(self.findings)} | {self.peak_bytes / 1e6:.0f} |"
        )
