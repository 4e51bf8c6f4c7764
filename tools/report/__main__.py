"""``python -m tools.report``: write docs/report.md, its charts and the figures of the README from the kept records."""

from tools.report.page import write_page

if __name__ == "__main__":
    write_page()
