"""What people agree to when they want to be called; a new text gets a new version, and old consents keep theirs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

_SAID: dict[str, Any] = json.loads((Path(__file__).parent / "agreement.json").read_text("utf-8"))
VERSION: str = _SAID["version"]
TEXT: Mapping[str, str] = _SAID["text"]
