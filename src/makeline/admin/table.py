"""Every page of staff, in the order of the navigation. A new page is its file and a line here."""

from collections.abc import Sequence

from makeline.admin.page import Page
from makeline.admin.pages import account, code, second_factor, sign_in, today

PAGES: Sequence[Page] = (
    today.PAGE,
    sign_in.PAGE,
    code.PAGE,
    second_factor.PAGE,
    account.PAGE,
)
