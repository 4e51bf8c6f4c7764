"""The key that signs people's tokens when none is set: made once in DATA_DIR, for its owner's eyes only."""

import os
import secrets
from pathlib import Path

from makeline.commerce.accounts.tokens import TokenKeys
from makeline.foundation.settings import Settings

_FILE = "token-key"


def token_keys_of(settings: Settings) -> TokenKeys:
    """The keys as they are set, or the one that lies in DATA_DIR."""
    return TokenKeys(settings.token_keys or [_kept_key(settings.place.data_dir)])


def _kept_key(folder: Path) -> bytes:
    place = folder / _FILE
    if not place.exists():
        _make(place)
    return place.read_bytes().strip()


def _make(place: Path) -> None:
    """Whole or not at all, and only one, however many processes start at once."""
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{_FILE}-{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_hex(32).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, place)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
