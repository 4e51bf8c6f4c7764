"""A stand-in for who makes styled pictures."""

from dataclasses import dataclass, field

from makeline.cases.designs.spec import View
from makeline.cases.styles.stylist import CutPhoto, StyledPicture, StyleOrder


@dataclass
class PlainStylist:
    """Implements ``Stylist`` and ``Darkroom``: writes the style over the photograph, or does what it is told."""

    made: list[StyleOrder] = field(default_factory=list)
    trouble: list[Exception] = field(default_factory=list)
    answers: list[StyledPicture] = field(default_factory=list)  # What comes back instead.
    enlarged: float = 1.0
    # Who works when he cannot: nobody, unless a test says so.
    stand_in: "PlainStylist | None" = None

    async def cut(self, photo: bytes, *, view: View, need: tuple[int, int]) -> CutPhoto:
        return CutPhoto(photo + f" cut {need[0]}x{need[1]} {view.turn}".encode(), *need, self.enlarged)

    async def restyle(self, order: StyleOrder) -> StyledPicture:
        self.made.append(order)
        if self.trouble:
            raise self.trouble.pop(0)
        if self.answers:
            return self.answers.pop(0)
        told = f" as {order.style.style_id} {order.wish} {order.seed}".encode()
        return StyledPicture(order.photo.jpeg + told, "a stylist", enlarged=order.photo.enlarged)
