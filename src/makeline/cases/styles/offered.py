"""Whether styles are on offer: not while whoever alone could make the pictures is away."""

from collections.abc import Sequence

from makeline.cases.styles.catalogue import Style, styles
from makeline.foundation.neighbours import STYLES, away
from makeline.foundation.unit_of_work import Reading
from makeline.kernel.errors import Unavailable

_ASK_AGAIN = 30


class StylesAway(Unavailable):
    """Whoever makes styled pictures is away; designs without a style are made as ever."""

    code = "STYLES_AWAY"


def styles_on_offer(unit: Reading) -> Sequence[Style]:
    """Every active style, or none."""
    if away(unit, STYLES) is not None:
        return ()
    return [style for style in styles().values() if style.active]


def must_offer_styles(unit: Reading) -> None:
    """Raises ``StylesAway``; costs no statement."""
    if away(unit, STYLES) is not None:
        raise StylesAway("pictures in another style cannot be made at the moment", retry_after=_ASK_AGAIN)
