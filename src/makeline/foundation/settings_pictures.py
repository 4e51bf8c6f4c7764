"""Settings of customers' pictures: who restyles them, and how long they stay."""

from typing import Literal

from pydantic import Field, SecretStr

from makeline.foundation.settings_base import Group


class StyleSettings(Group):
    """Who makes pictures in other styles, and how many."""

    styles_per_session: int = Field(
        12, ge=0, le=1000, description="styled pictures one session may have made; refused ones do not count"
    )
    styles_per_guest: int = Field(
        6, ge=0, le=1000, description="the same for a guest's designs on the web, in 30 days"
    )
    styles_per_account: int = Field(
        40, ge=0, le=1000, description="the same for the designs of an account, in 30 days"
    )
    limit_guest_styles: int = Field(
        30, ge=1, le=10_000, description="wishes of guests for styled pictures an hour, for each address"
    )
    style_attempts: int = Field(
        3, ge=1, le=10, description="attempts before the stand-in works, or the picture is refused"
    )
    style_stand_in: Literal["on", "off"] = Field(
        "on", description="whether the local stylist works when the one with a key cannot"
    )
    gemini_key: SecretStr = Field(
        SecretStr(""), description="key of Google's Gemini; empty: the local stylist makes all pictures"
    )
    gemini_models: str = Field(
        "gemini-3-pro-image,gemini-3.1-flash-image,gemini-2.5-flash-image",
        description="its image models, by preference; a picture of another than the first is degraded",
    )
    gemini_size: Literal["1K", "2K", "4K"] = Field(
        "2K", description="size that its pictures are asked for in"
    )
    gemini_base_url: str = Field("", description="where its calls go instead, as to the simulator")
    gemini_seconds: float = Field(60.0, gt=0, le=600, description="time that one model has for one picture")
    style_processes: int = Field(1, ge=1, le=64, description="local pictures that are made at once")


class PrivacySettings(Group):
    """The clocks of photographs and of what is made of them."""

    content_check: Literal["off", "simulated"] = Field(
        "off",
        description="who looks at prints before they are made; simulated: doubts marked ones, for tests",
    )
    keep_unordered_hours: int = Field(
        72, ge=1, le=24 * 365, description="pictures of a visit that led to no order, or to one nobody paid"
    )
    keep_photos_days: int = Field(
        14, ge=0, le=3650, description="photographs and styled pictures, after delivery or cancellation"
    )
    keep_prints_days: int = Field(
        30, ge=0, le=3650, description="print files and proofs, after delivery or cancellation"
    )
    keep_drafts_days: int = Field(
        30,
        ge=1,
        le=3650,
        description="pictures of a design on the web, and a guest's design itself, after it was last saved",
    )
    keep_accesses_days: int = Field(
        90, ge=1, le=3650, description="the log of who fetched which stored picture"
    )
