"""What nobody sends who means well: as a field of a body, as a step of a path or a value of a query."""

from typing import Any

STRANGE_VALUES: tuple[Any, ...] = (
    2**31,
    2**63,
    10**30,
    -1,
    0.001,
    1e308,
    True,
    "",
    "x" * 100_000,
    "\u202e\U0001f600\u0301\u0000",
    "-1",
    [],
    [None],
    [[]] * 1000,
    {},
    {"": {"": [1e308]}},
    {"model": "iPhone 15 Pro", "template": "classic", "images": ["x"] * 9},
)
# Values that a path may bring; a NUL, half a character, a way out, another script, a quote, far too much.
NASTY = (
    "%00",
    "a%00b",
    "%ff%fe",
    "..",
    "%2e%2e%2f",
    "٣",
    "'%22;--",
    "x" * 4000,
    "%F0%9F%98%80",
    "-1",
    "_",
    "%20",
)
