"""Settings of how often somebody may call."""

from pydantic import Field

from makeline.foundation.settings_base import Group


class LimitSettings(Group):
    """How often somebody may call, in calls a minute; N a minute allows N at once."""

    limit_partner: int = Field(
        300,
        ge=1,
        description="partner's calls and new sessions, for each partner or, where one is named, machine",
    )
    limit_address: int = Field(35, ge=1, description="the same for each address that nobody knows")
    limit_session: int = Field(120, ge=1, description="calls about one session, for each side of it")
    limit_session_address: int = Field(1200, ge=1, description="the same for each address that nobody knows")
    limit_guest: int = Field(600, ge=1, description="everything else, for each address")
    limit_enrolment: int = Field(5, ge=1, description="tries to enrol a machine, for each address")
    limit_pictures: int = Field(30, ge=1, description="pictures for designs on the web, for each address")
    limit_account: int = Field(1200, ge=1, description="everything else, for each account that is signed in")
    limit_sign_in: int = Field(5, ge=1, description="failed sign-ins, for each account and address")
    limit_sign_in_address: int = Field(
        0, ge=0, description="failed sign-ins for each address; 0: ten times LIMIT_SIGN_IN"
    )
    limit_registrations: int = Field(20, ge=1, description="new accounts an hour, for each address")
    name_taken_seconds: float = Field(
        0.5, ge=0, le=10, description="how long it takes to hear that a user name is taken"
    )
    limit_guest_files: int = Field(
        10, ge=1, description="CAD files a day without an account, for each address"
    )
    limit_guest_calls: int = Field(
        3, ge=1, description="call requests an hour without an account, for each address"
    )
    limit_calls: int = Field(30, ge=1, description="call requests an hour, for each account")
    sign_ins_waiting: int = Field(
        64, ge=1, le=10_000, description="most passwords that wait to be checked at once"
    )
    limit_processes: int = Field(1, ge=1, le=1000, description="how many processes share VALKEY_URL")
    valkey_url: str = Field(
        "", description="store of shared limits, valkey://host:port; empty: each process counts"
    )
    redis_url: str = Field("", description="the same in a Redis, redis://host:port; VALKEY_URL comes first")
