"""Settings of styled pictures."""

from pydantic import Field

from makeline.foundation.settings_base import Group


class StyleSettings(Group):
    """Who makes pictures in other styles, and how many."""

    styles_per_session: int = Field(
        12, ge=0, le=1000, description="styled pictures one session may have made; refused ones do not count"
    )
    style_attempts: int = Field(
        3, ge=1, le=10, description="attempts before the stand-in works, or the picture is refused"
    )
    style_processes: int = Field(1, ge=1, le=64, description="local pictures that are made at once")
