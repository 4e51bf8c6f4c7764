"""Style and scripts of staff's pages."""

from pathlib import Path

from makeline.foundation.web.page_files import read_page_files

STAFF_FILES = read_page_files(Path(__file__).parent / "assets")
