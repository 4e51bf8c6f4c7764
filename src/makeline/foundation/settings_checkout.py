"""Settings of payments on the web."""

from pydantic import Field, SecretStr

from makeline.foundation.settings_base import Group


class CheckoutSettings(Group):
    """Who takes the money of the webstore."""

    stripe_key: SecretStr = Field(
        SecretStr(""),
        description="secret key of the Stripe account; empty: the simulator beside us (embedded only), else none",
    )
    stripe_webhook_secrets: SecretStr = Field(
        SecretStr(""), description="secrets that Stripe's events are signed with, separated by commas"
    )
    stripe_simulator_port: int = Field(
        0, ge=0, le=65535, description="port of the simulated Stripe; 0: PORT + 103"
    )
    checkout_silence_seconds: float = Field(
        60.0, ge=5, le=3600, description="silence after which Stripe is asked about an open checkout"
    )
    hold_margin_hours: float = Field(
        24.0,
        ge=1,
        le=144,
        description="time before a hold ends at which its money is taken, made or not, and staff is told; what was asked "
        "for in vain is asked for again",
    )
