"""Who we are at the print partner; made by the composition root from settings, never written into code."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class PartnerAccount:
    """``base_url`` is http(s) and ends in ``/mobileShell/en``; test and production differ in the host only.

    The secrets stay out of ``repr`` so that no traceback or log line can show them.
    """

    base_url: str
    account: str = field(repr=False)
    password: str = field(repr=False)
    key: str = field(repr=False)
    system_name: str = "mobileShell"
    request_source: str = "en"

    def __post_init__(self) -> None:
        parts = urlsplit(self.base_url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
            raise ValueError("the partner's base address must be http(s)://host[:port]/path")
        if parts.query or parts.fragment:
            raise ValueError("the partner's base address has no query and no fragment")
        if not self.request_source.isalnum() or not self.request_source.isascii():
            raise ValueError("the request source must be letters and digits")
