"""Somebody at a machine who wants pictures in other styles."""

from typing import Any

from makeline.cases.kiosk.style_picture import restyle_picture, styled_picture
from makeline.cases.styles.restyle import Restyle, Styled
from tests.asking import MODEL
from tests.given import Given


async def asked(given: Given, key: str, image: str, *, most: int = 12, **changes: Any) -> Styled:
    """A wish of the session's phone or machine."""
    operator = await given.operator()
    usual: dict[str, Any] = {"template_id": "retro-remix", "style_id": "vhs-nostalgia", "model": MODEL}
    wished = Restyle(image, **{**usual, **changes})
    return await given.database.begin(
        lambda unit: restyle_picture(unit, operator, key, wished, most=most), actor="test"
    )


async def now_of(given: Given, key: str, styled: Styled) -> Styled:
    """The same wish as it is now."""
    operator = await given.operator()
    return await given.database.read(lambda unit: styled_picture(unit, operator, key, styled.job.id))
