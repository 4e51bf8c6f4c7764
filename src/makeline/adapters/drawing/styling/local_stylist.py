"""The local stylist and his darkroom: libvips and arithmetic in a confined process; no key, no network."""

import hashlib
from importlib.resources import files
from typing import Any, Self

from makeline import __version__
from makeline.adapters.drawing.picture_header import read_header
from makeline.cases.designs.renderer import PictureUnreadable
from makeline.cases.designs.spec import View
from makeline.cases.styles.states import RefusedBecause
from makeline.cases.styles.stylist import (
    CutPhoto,
    DarkroomBusy,
    StyledPicture,
    StyleOrder,
    StylistAway,
    StylistRefused,
)
from makeline.foundation.limited_process import (
    CouldNotStart,
    JobFailed,
    JobRefused,
    JobTimedOut,
    LimitedPool,
    Limits,
    PoolBusy,
    WorkerDied,
)

_JOB = "makeline.adapters.drawing.styling.styling_job"
# Eight megapixels as numbers take 96 MB, and a style holds about ten of them at once.
STYLING_LIMITS = Limits(
    address_space_bytes=2560 * 1024 * 1024,
    cpu_seconds=60,
    wall_seconds=120,
    jobs_per_process=100,
    nice=10,
)
MADE_BY = f"makeline {__version__}"
_COME_AGAIN = 3
_NO_SUCH = (JobTimedOut, JobFailed, WorkerDied)


class LocalStylist:
    """Implements ``Stylist`` and ``Darkroom`` in a process of his own; keep one per server, close it at the end."""

    def __init__(self, pool: LimitedPool) -> None:
        self.pool = pool

    @classmethod
    def lazy(cls, *, processes: int = 1, waiting: int = 32, patience_seconds: float = 60.0) -> Self:
        """One that starts his process with his first picture."""
        return cls(
            LimitedPool(
                "styling",
                STYLING_LIMITS,
                processes=processes,
                waiting=waiting,
                patience_seconds=patience_seconds,
                environment={
                    "FONTCONFIG_FILE": str(files("makeline.adapters.drawing") / "fonts" / "fontconfig.txt"),
                    "VIPS_CONCURRENCY": "1",
                    "VIPS_DISC_THRESHOLD": "4g",
                    "OPENBLAS_NUM_THREADS": "1",
                },
                preload=(_JOB,),
            )
        )

    async def cut(self, photo: bytes, *, view: View, need: tuple[int, int]) -> CutPhoto:
        """See ``Darkroom``."""
        header = read_header(photo)
        order = {
            "kind": header.kind,
            "width_px": header.width_px,
            "height_px": header.height_px,
            "view": {
                "zoom": str(view.zoom),
                "shift_x": str(view.shift_x),
                "shift_y": str(view.shift_y),
                "turn": view.turn,
            },
            "need": list(need),
        }
        try:
            answer, (jpeg,) = await self.pool.run(f"{_JOB}:cut", order, photo)
        except JobRefused as refused:
            raise PictureUnreadable("the photograph is damaged", detail=refused.message[:300]) from refused
        except (PoolBusy, CouldNotStart, *_NO_SUCH) as error:
            raise DarkroomBusy(
                "too many pictures at once; please try again", retry_after=_COME_AGAIN
            ) from error
        return CutPhoto(jpeg, int(answer["width_px"]), int(answer["height_px"]), float(answer["enlarged"]))

    async def restyle(self, order: StyleOrder) -> StyledPicture:
        """See ``Stylist``. The customer's own words change which lots are drawn: he cannot read them."""
        style = order.style
        words = hashlib.sha256(f"{order.seed} {order.wish}".encode()).digest()
        job: dict[str, Any] = {
            "template": style.template_id,
            "style": style.style_id,
            "seed": int.from_bytes(words[:6]),
            "need": list(order.need),
        }
        try:
            _, (data,) = await self.pool.run(f"{_JOB}:style", job, order.photo.jpeg)
        except (PoolBusy, CouldNotStart) as error:
            raise DarkroomBusy(
                "too many pictures at once; please try again", retry_after=_COME_AGAIN
            ) from error
        except JobRefused as refused:
            # The job alone knows the recipes: they are made of numpy, which the server need not load.
            if refused.code == "NO_RECIPE":
                raise StylistRefused(RefusedBecause.NO_PICTURE, refused.message) from refused
            raise StylistAway(f"the picture could not be made: {refused.code}") from refused
        except _NO_SUCH as error:
            raise StylistAway(f"the picture could not be made: {type(error).__name__}") from error
        return StyledPicture(data, MADE_BY, enlarged=order.photo.enlarged)

    def describe(self) -> dict[str, Any]:
        """For health pages: see ``LimitedPool.describe``."""
        return self.pool.describe()

    async def close(self) -> None:
        """Let the running picture finish and end the process."""
        await self.pool.close()
