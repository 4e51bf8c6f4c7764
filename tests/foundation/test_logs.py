"""Logs: one JSON object a line, nothing secret in it, and no line that somebody else wrote."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from makeline.foundation.logs import redact

PROGRAM = """
import structlog
from makeline.foundation.logs import set_up_logs
set_up_logs({level!r}, plain={plain!r})
log = structlog.get_logger()
structlog.contextvars.bind_contextvars(request_id="req_1")
log.debug("a detail")
{lines}
"""


def logged(tmp_path: Path, lines: str, *, level: str = "info", plain: bool = False) -> str:
    """What a process with our logs writes."""
    program = PROGRAM.format(level=level, plain=plain, lines=lines)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path, check=True
    )
    assert done.stdout == ""
    return done.stderr


def redacted(**event: Any) -> dict[str, Any]:
    """An event as it is written."""
    return dict(redact(None, "info", dict(event)))


@pytest.mark.parametrize(
    "name",
    [
        "token",
        "client_token",
        "password",
        "partner_password",
        "Authorization",
        "cookie",
        "set_cookie",
        "secret",
        "s3_secret_key",
        "api_key",
        "apikey",
        "sign",
        "signature",
        "card_last_four",
        "account",
    ],
)
def test_a_value_whose_name_says_secret_is_hidden(name: str):
    assert redacted(**{name: "s3cr3t"}) == {name: "[hidden]"}
    assert redacted(headers={name: "s3cr3t"}) == {"headers": {name: "[hidden]"}}
    assert redacted(calls=[{"inner": {name: "s3cr3t"}}]) == {"calls": [{"inner": {name: "[hidden]"}}]}


@pytest.mark.parametrize("name", ["path", "design", "signed_by", "status", "subscriber"])
def test_a_value_whose_name_is_innocent_is_kept(name: str):
    assert redacted(**{name: "as it is"}) == {name: "as it is"}
    assert redacted(ms=1.5, ok=True, nothing=None) == {"ms": 1.5, "ok": True, "nothing": None}


@pytest.mark.parametrize(
    "text",
    [
        "GET /image/a.png?token=1700:end_user:abcdef&x=1",
        "see https://shop.test/image/a.png?x=1&token=1700:end_user:abcdef",
        'link "https://shop.test/image/a.png?token=1700:end_user:abcdef"',
    ],
)
def test_a_token_inside_a_text_is_hidden_and_the_rest_is_kept(text: str):
    (written,) = redacted(message=text).values()
    assert "abcdef" not in written
    assert "token=[hidden]" in written
    assert "a.png" in written


def test_a_line_is_one_json_object_with_its_request(tmp_path: Path):
    (line,) = logged(tmp_path, 'log.info("answered", path="/x", ms=1.5)').splitlines()
    event = json.loads(line)
    assert (
        event.items()
        >= {"event": "answered", "path": "/x", "ms": 1.5, "level": "info", "request_id": "req_1"}.items()
    )
    assert event["timestamp"].endswith("Z")


def test_nobody_forges_a_line(tmp_path: Path):
    forged = r'"x\n{\"event\": \"paid\"}\r\n\x1b[2J"'
    for plain in (False, True):
        written = logged(tmp_path, f"log.warning({forged}, path={forged}, deep=[{forged}])", plain=plain)
        assert len(written.splitlines()) == 1, written
        assert "\x1b" not in written


def test_a_traceback_hides_its_secrets_and_stays_in_its_line(tmp_path: Path):
    lines = """
try:
    raise RuntimeError("GET https://partner.test/x?token=abcdef failed")
except RuntimeError as error:
    log.error("call_failed", exc_info=error)
"""
    written = logged(tmp_path, lines)
    assert "abcdef" not in written
    (line,) = written.splitlines()
    assert "RuntimeError" in json.loads(line)["exception"]


def test_details_are_written_only_when_they_are_asked_for(tmp_path: Path):
    assert logged(tmp_path, "") == ""
    assert "a detail" in logged(tmp_path, "", level="debug")
