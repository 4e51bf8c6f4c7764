"""Style and scripts of pages over a real socket: compressed for whoever takes that, and not sent twice."""

import pytest

from makeline.cases.kiosk.order_page import PAGES
from makeline.foundation.web.page_files import SHARED_FILES, PageFileDesk, read_page_files
from tests.engines import on_sqlite
from tests.given import Given
from tests.web import open_shop


@on_sqlite
async def test_a_script_comes_compressed_to_whoever_takes_it_and_not_again(given: Given):
    async with open_shop(given) as shop:
        plain = await shop.stranger.get("/assets/page.css", headers={"accept-encoding": "identity"})
        packed = await shop.stranger.get("/assets/page.css", headers={"accept-encoding": "gzip"})
        again = await shop.stranger.get("/assets/page.css", headers={"if-none-match": plain.headers["etag"]})
        nothing = await shop.stranger.get("/assets/..%2fpage_files.py")
    assert plain.content == packed.content == SHARED_FILES["page.css"].data
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert (again.status_code, again.content) == (304, b"")
    assert nothing.status_code == 404


def test_two_rooms_with_files_of_one_name_are_found_at_the_start():
    screens = read_page_files(PAGES)
    with pytest.raises(ValueError, match=r"screen\.js"):
        PageFileDesk([screens, {"screen.js": screens["screen.js"]}])
