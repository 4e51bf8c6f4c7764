"""How a process lets itself be looked at."""

import ipaddress
import re

from pydantic import Field, SecretStr, field_validator

from makeline.foundation.settings_base import Group

_HEADER = re.compile(r"([A-Za-z0-9-]+)=(.+)")
_COLLECTOR = re.compile(r"https?://[^\s@]+/\S+")


def headers_in(text: str) -> dict[str, str]:
    """``name=value`` pairs that are separated by commas; raises ``ValueError``."""
    found = {}
    for entry in filter(None, (part.strip() for part in text.split(","))):
        match = _HEADER.fullmatch(entry)
        if match is None:
            raise ValueError("must list headers as name=value, separated by commas")
        found[match.group(1).lower()] = match.group(2)
    return found


class ObservingSettings(Group):
    """Metrics of each process, and traces over all of them."""

    metrics_port: int = Field(
        0, ge=0, le=65535, description="port of /metrics alone, for workers above all; 0: none"
    )
    metrics_host: str = Field("127.0.0.1", description="address that METRICS_PORT listens on")
    metrics_count_seconds: int = Field(
        15, ge=1, le=86_400, description="how often a worker counts the figures of the whole shop"
    )
    otlp_endpoint: str = Field(
        "", description="where traces go, as http://127.0.0.1:4318/v1/traces; empty: nowhere"
    )
    otlp_headers: SecretStr = Field(
        SecretStr(""), description="headers that the collector wants, name=value, separated by commas"
    )
    trace_ratio: float = Field(1.0, ge=0, le=1, description="share of traces that are kept")
    trace_service: str = Field("makeline", min_length=1, description="what this process is called in traces")
    trace_callers: str = Field(
        "", description="networks whose traceparent is believed, separated by commas; empty: nobody's"
    )

    @field_validator("otlp_endpoint")
    @classmethod
    def _collector(cls, value: str) -> str:
        if value and not _COLLECTOR.fullmatch(value):
            raise ValueError("must be an address with a path, as http://127.0.0.1:4318/v1/traces")
        return value

    @field_validator("otlp_headers")
    @classmethod
    def _headers(cls, value: SecretStr) -> SecretStr:
        headers_in(value.get_secret_value())
        return value

    @field_validator("trace_callers")
    @classmethod
    def _networks(cls, value: str) -> str:
        for network in filter(None, (part.strip() for part in value.split(","))):
            ipaddress.ip_network(network)
        return value
