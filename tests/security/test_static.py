"""S15: what can be seen without running anything: patterns of insecure code, and secrets that somebody left in the tree."""

import json
import re
import subprocess
import sys

from tests.figures import Figures
from tests.house.tree import ROOT, files

# Put together from pieces, so that this file does not find itself.
SECRETS = {
    "private key": re.compile(b"-----BEGIN " + rb"(?:[A-Z]+ )?PRIVATE KEY-----"),
    "cloud key": re.compile(rb"\b(?:AKIA|ASIA)" + rb"(?!\w+EXAMPLE)[0-9A-Z]{16}\b"),
    "live key of payments": re.compile(rb"\b(?:sk|rk)_" + rb"live_[0-9A-Za-z]{16,}"),
    "token of a code host": re.compile(rb"\b(?:gh[pousr]_|github_pat_|glpat-)" + rb"[0-9A-Za-z_]{20,}"),
    "token of a messenger": re.compile(rb"\bxox[abpors]-" + rb"[0-9A-Za-z-]{10,}"),
    "key of an AI service": re.compile(rb"\bAIza" + rb"[0-9A-Za-z_-]{35}\b"),
    "webhook of a portal": re.compile(rb"https://[\w-]+\.bitrix24\.\w+/rest/\d+/" + rb"[0-9a-z]{16}"),
    "signed token": re.compile(rb"\beyJ[0-9A-Za-z_-]{20,}\." + rb"eyJ[0-9A-Za-z_-]{20,}\.[0-9A-Za-z_-]{20,}"),
}
PLANTED = (
    b"-----BEGIN " + b"RSA PRIVATE KEY-----",
    b"AKIA" + b"ABCDEFGHIJKLMNOP",
    b"sk_" + b"live_" + b"a" * 24,
)
LARGEST = 500_000


def test_no_insecure_pattern_and_no_secret_is_in_the_tree(figures: Figures):
    # Which rules are left out, and why, stands in pyproject.toml.
    ruff = [sys.executable, "-m", "ruff", "check", "--output-format", "json", "src", "tools", "bench"]
    found = subprocess.run(ruff, cwd=ROOT, capture_output=True, text=True, check=False)
    assert [one["code"] for one in json.loads(found.stdout) if one["code"].startswith("S")] == []
    left, looked = [], 0
    for name in files():
        text = (ROOT / name).read_bytes()
        if len(text) > LARGEST or b"\0" in text[:1000]:
            continue  # a picture or a part
        looked += 1
        left += [f"{name}: {what}" for what, pattern in SECRETS.items() if pattern.search(text)]
    assert not left, left
    for planted in PLANTED:
        assert any(pattern.search(planted) for pattern in SECRETS.values())
    figures(
        f"S15: rules of bandit over the code and {len(SECRETS)} kinds of secrets in {looked} files: 0 open findings"
    )
