"""What customers write themselves for a stylist: short, visible, one line."""

import unicodedata

from makeline.cases.styles.catalogue import Style
from makeline.kernel.errors import FieldProblem, Invalid

LONGEST_WISH = 200
_NOT_LETTERS = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


class UnusableWish(Invalid):
    """The text is too long, holds invisible signs, or this style takes none."""

    code = "UNUSABLE_WISH"


def tidy_wish(style: Style, text: str) -> str:
    """The text as it is kept and handed on: composed letters, single spaces, at most 200 characters.

    Raises ``UnusableWish``; also for signs that nobody sees, because whoever reads a wish must see all of it.
    """
    if len(text) > 4 * LONGEST_WISH:
        raise UnusableWish(FieldProblem("wish", f"at most {LONGEST_WISH} characters", len(text)))
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if tidy and not style.free_text_allowed:
        raise UnusableWish(FieldProblem("wish", "this style takes no text of your own"))
    if any(unicodedata.category(letter) in _NOT_LETTERS for letter in tidy):
        raise UnusableWish(FieldProblem("wish", "must not hold invisible characters"))
    if len(tidy) > LONGEST_WISH:
        raise UnusableWish(FieldProblem("wish", f"at most {LONGEST_WISH} characters", len(tidy)))
    return tidy
