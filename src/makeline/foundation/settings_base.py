"""What every group of settings has in common."""

from pydantic_settings import BaseSettings, SettingsConfigDict


class Group(BaseSettings):
    """A group of settings that belong together."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)
