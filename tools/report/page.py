"""docs/report.md: the sentence, then a row for every case of the programme, run or not."""

from collections.abc import Sequence

from tools.report.charts import charts
from tools.report.earlier import ROWS
from tools.report.programme import FAULTS, HOSTS, SECURITY, Case
from tools.report.record import ROOT, Record, kept
from tools.report.sentence import sentence

PAGE = ROOT / "docs" / "report.md"
README = ROOT / "README.md"
CHARTS = ROOT / "docs" / "report"
BEGIN, END = "<!-- figures: written by make report -->\n", "<!-- end of figures -->"
_HEAD = """# Report

Written by `make report` from the records in `docs/report/records`, which the long runs leave behind: `make faults`,
`make fuzz`, `make fuzzfiles`, `make mutants`, `make soak`, `make hosts`. A row shows the latest run of its case, with what made-up things were made
from (seed), the commit and the command that repeats it; a run that failed stays here as failed until it passes.

"""
_ABOUT_HOSTS = """Two hosts with two web servers and a worker each, their engines on a third, the partner on a fourth; customers all the while.

"""
_EARLIER = "an earlier run, of which no record is kept: "


def write_page() -> None:
    """The page, and what the README shows of it."""
    records = kept()
    PAGE.write_text(page(records), "utf-8")
    README.write_text(with_figures(README.read_text("utf-8"), records), "utf-8")
    for name, (_, drawing) in charts(records).items():
        (CHARTS / name).write_text(drawing, "utf-8")


def page(records: Sequence[Record]) -> str:
    """The whole document."""
    machines = sorted({one.machine for one in records})
    parts = [
        f"{_HEAD}**{sentence(records)}**",
        "\n".join(f"- machine: {name}" for name in machines),
        "\n\n".join(f"![{what}](report/{name})" for name, (what, _) in charts(records).items()),
        "## Faults\n\n" + _table(FAULTS, records),
        "## Hosts\n\n" + _ABOUT_HOSTS + _table(HOSTS, records),
        "## Security\n\n" + _table(SECURITY, records),
    ]
    known = {case.id for case in (*FAULTS, *HOSTS, *SECURITY)}
    others = [one for one in records if one.case not in known]
    if others:
        parts.append("## Besides\n\n" + "\n".join([*_head(), *(_row("", "", one) for one in others)]))
    return "\n\n".join(part for part in parts if part) + "\n"


def with_figures(readme: str, records: Sequence[Record]) -> str:
    """The README with its block of figures written anew; without the marks, as it is."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    return f"{before}{begin}{block(records)}{end}{after}" if begin and end else readme


def block(records: Sequence[Record]) -> str:
    """What the README shows: the sentence, some rows, and where the rest is."""
    rows = [row for case, what, figures in ROWS if (row := _short(case, what, figures, records))]
    run = len({one.case for one in records if one.passed} & {case.id for case in (*FAULTS, *SECURITY)})
    return (
        f"\n**{sentence(records)}**\n\n"
        f"{run} of the {len(FAULTS) + len(SECURITY)} cases of the programme have a figure of a long run, each with commit, seed and "
        f"command: [docs/report.md](docs/report.md). A row that says so tells of an earlier run instead.\n\n"
        + "\n".join(["| | |", "|---|---|", *rows])
        + "\n\n"
    )


def _short(case: str, what: str, figures: str, records: Sequence[Record]) -> str:
    """A row of the README: of the case's records, else what was found earlier, said to be so; nothing without either."""
    found = [one for one in records if one.case == case]
    if not found:
        return f"| {case}: {what} | *{_EARLIER}*{figures} |" if what else ""
    title = next((one.what for one in FAULTS if one.id == case), "people buy on the web")
    told = "<br>".join(
        one.words if one.passed else "**failed**: see [the report](docs/report.md)" for one in found
    )
    return f"| {case}: {title} | {told} |"


def _table(cases: Sequence[Case], records: Sequence[Record]) -> str:
    rows = _head()
    for case in cases:
        found = [one for one in records if one.case == case.id]
        what = f"**{case.id}** {case.what} → {case.wanted}"
        if not found:
            rows.append(f"| {what} | not run | | | |")
        rows += [_row(what if one is found[0] else "", one.variant, one) for one in found]
    return "\n".join(rows)


def _head() -> list[str]:
    return ["| | figures | seed | commit, date | command |", "| --- | --- | --- | --- | --- |"]


def _row(what: str, variant: str, one: Record) -> str:
    name = variant or ("" if what else one.case)
    words = one.words.replace("|", "\\|").replace("\n", " ")
    told = f"{name}: {words}" if name else words
    told = told if one.passed else f"**failed** {told}"
    seed = "" if one.seed is None else str(one.seed)
    return f"| {what} | {told} ({one.seconds:,.0f} s) | {seed} | {one.commit}, {one.date} | `{one.command}` |"
