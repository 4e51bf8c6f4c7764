"""Letters of the folder as a page: for this machine alone, and nothing in them is more than text."""

from pathlib import Path

import httpx2
import pytest

from makeline.adapters.mail.mailbox_folder import MailboxFolder
from makeline.adapters.mail.mailbox_page import mailbox_app
from makeline.commerce.notices.mailer import Attachment, Letter

HERE = "http://127.0.0.1:8104"
EVIL = "<script>alert(1)</script>"


def caller(folder: Path) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=mailbox_app(folder)), base_url=HERE)


async def test_letters_are_listed_newest_first_and_shown_as_text(tmp_path: Path):
    folder = MailboxFolder(tmp_path / "mailbox", sender="no-reply@makeline.test")
    async with caller(tmp_path / "mailbox") as here:
        assert "No letter" in (await here.get("/")).text
        link = "https://makeline.test/w/ORDER_1.a?b=1&c=2"
        paper = Attachment('bill "1".html', "text/html", b"<script>1</script>")
        await folder.send(Letter("ada@example.com", "first", "Hello"))
        await folder.send(Letter("ivan@example.com", f"Привет {EVIL}", f"{EVIL}\nSee {link} !", (paper,)))
        page = await here.get("/")
        assert page.text.index("Привет") < page.text.index("first")
        assert "<script" not in page.text
        assert "script-src" not in page.headers["content-security-policy"]
        name = page.text.partition('href="1')[2].partition('"')[0]
        letter = await here.get(f"/1{name}")
        assert "&lt;script&gt;alert(1)" in letter.text
        assert "<script" not in letter.text
        assert 'href="https://makeline.test/w/ORDER_1.a?b=1&amp;c=2"' in letter.text
        file = await here.get(f"/1{name}/files/0")
        assert (file.content, file.headers["content-type"]) == (paper.data, "application/octet-stream")
        assert file.headers["content-disposition"].startswith("attachment")
        assert (await here.get(f"/1{name}/files/1")).status_code == 404


@pytest.mark.parametrize(
    "path", ["/1-00000000.eml", "/..%2fshop.sqlite", "/%2e%2e", "/x.eml", "/.1-00000000.eml"]
)
async def test_nothing_but_letters_is_opened(tmp_path: Path, path: str):
    (tmp_path / "mailbox").mkdir()
    (tmp_path / "mailbox" / ".1-00000000.eml").write_text("half written")
    (tmp_path / "shop.sqlite").write_text("secret")
    async with caller(tmp_path / "mailbox") as here:
        assert (await here.get(path)).status_code == 404


@pytest.mark.parametrize(
    "headers",
    [
        {"host": "evil.test"},
        {"host": "127.0.0.1.evil.test:8104"},
        {"sec-fetch-site": "cross-site"},
        {"host": ""},
    ],
)
async def test_only_this_machine_is_answered(tmp_path: Path, headers: dict[str, str]):
    async with caller(tmp_path) as here:
        for path in ("/", "/1-00000000.eml", "/1-00000000.eml/files/0"):
            assert (await here.get(path, headers=headers)).status_code == 403
        assert (await here.get("/", headers={"host": "localhost:8104"})).status_code == 200
