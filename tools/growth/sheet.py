"""What was measured, as curves and as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

from tools.growth.curves import Panel, drawing

_UP = "processor time, µs"
_PANELS = {
    "A sale": ("sale in three calls", "payStatus", "session status", "promises: claim and tick off", "print time of a machine"),
    "Staff": ("Today", "orders, first page", "orders, hundredth page", "orders by status", "search", "files of an owner"),
    "The clock": (
        *("chore: expire sessions", "chore: waiting notices", "chore: hanging payments", "chore: silent prints"),
        *("chore: purge of pictures", "chore: kept promises", "chore: signed calls", "figures of the shop"),
    ),
}  # fmt: skip
_KIOSKS = (
    *("stock-status, after a sale", "machines of staff", "sync: what to ask", "sync: one answer"),
    *("heartbeat with news", "heartbeat, the same again", "session status", "figures of the shop"),
)


def drawn(found: Sequence[Mapping[str, Any]]) -> str:
    """The curves of one engine: processor time of all processes for one operation."""
    panels = [
        Panel(title, _curves(found, names, "orders"), "orders", _UP) for title, names in _PANELS.items()
    ]
    whole = [one for one in found if not one["thin"]]
    return drawing([*panels, Panel("Kiosks", _curves(whole, _KIOSKS, "kiosks"), "kiosks", _UP)])


def _curves(
    found: Sequence[Mapping[str, Any]], names: Sequence[str], across: str
) -> dict[str, list[tuple[float, float]]]:
    return {
        name: [(one[across], microseconds(one, name)) for one in found if name in one["took"]]
        for name in names
    }


def table(found: Sequence[Mapping[str, Any]]) -> str:
    """The same as a table in Markdown: processor microseconds, and how long half of them and 99 of 100 took."""
    head = "".join(f" {one['orders']:,} |" for one in found)
    rows = [f"| |{head}", f"|---|{'---|' * len(found)}"]
    for name in {name: None for one in found for name in one["took"]}:
        cells = [_cell(one["took"].get(name)) for one in found]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    for name, said in (
        ("kiosks", lambda one: f"{one['kiosks']:,}"),
        ("rows", lambda one: f"{one['rows']:,}"),
        ("bytes of an order", lambda one: f"{one['bytes'] / one['orders']:,.0f}"),
        ("seconds to fill", lambda one: f"{one['filled_s']:,.0f}"),
    ):
        rows.append(f"| {name} | " + " | ".join(said(one) for one in found) + " |")
    return "\n".join(rows)


def _cell(took: Mapping[str, float] | None) -> str:
    if took is None:
        return "–"
    return f"{took['ours_us'] + took['theirs_us']:,.0f}; {took['p50_ms']:.2f}, {took['p99_ms']:.2f}"


def microseconds(one: Mapping[str, Any], name: str) -> float:
    """Of all processes, for one operation."""
    took = one["took"][name]
    return took["ours_us"] + took["theirs_us"]
