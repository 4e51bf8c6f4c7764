"""A machine's screen and a customer's phone, two browsers: from the code on the screen to the case in the hand."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from makeline.cases.machines.enrol import make_enrolment_code
from makeline.cases.machines.queries import machine_called
from makeline.foundation.unit_of_work import UnitOfWork
from tests.asking import MACHINE
from tests.browser.conftest import Windows
from tests.browser.looking import look_at
from tests.browser.window import Window
from tests.journeys.street import Street

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

TO_PAY = re.compile("Pay .*19.99.* at the machine")


async def enrolment_code(shop: Street) -> str:
    """What staff reads out to whoever sets the screen up."""

    def make(unit: UnitOfWork) -> str:
        machine = machine_called(unit, MACHINE)
        assert machine is not None
        return make_enrolment_code(unit, machine)

    return await shop.house.database.begin(make, actor="olga")


async def scanned(screen: Window) -> str:
    """Where the code on the screen leads, read as a camera reads it."""
    code = screen.page.get_by_role("img", name="QR code")
    drawn = cv2.imdecode(np.frombuffer(await code.screenshot(), np.uint8), cv2.IMREAD_GRAYSCALE)
    address, _, _ = cv2.QRCodeDetector().detectAndDecode(drawn)
    return address


async def test_a_screen_is_set_up_and_a_declined_customer_pays_with_another_card_and_takes_his_case(
    shop: Street, windows: Windows, faces: Path | None, photograph: Path
):
    screen, phone = await windows("kiosk"), await windows("phone")
    # A screen without a key is told so, and asks for the code.
    screen.expected.append((401, "/events"))
    await screen.goes(f"/kiosk/{MACHINE}")
    await screen.page.get_by_label("Code").fill(await enrolment_code(shop))
    await screen.page.keyboard.press("Enter")
    await screen.sees("Your photo. Your case. Two minutes.")
    await look_at(screen, "kiosk-idle", faces=faces, first_view=True)
    await screen.presses("Touch to start")
    await screen.sees("Scan me with your phone")
    await look_at(screen, "kiosk-code", faces=faces)

    phone.expected += [(401, "/visit"), (403, "/visit")]
    await phone.goes(await scanned(screen))
    await phone.sees("Choose your phone and a photo")
    await look_at(phone, "phone-start", faces=faces, first_view=True)
    await screen.sees("Now design on your phone")
    await phone.page.get_by_label("I have read the terms and accept them.").check()
    await phone.chooses_file("Choose a photo", photograph)
    await phone.sees("Make it yours")
    await phone.page.get_by_role("tab", name="Text").click()
    await phone.page.get_by_label("Words on your case").fill("Make a wish")
    await phone.reads("Saved")
    await look_at(phone, "phone-designer", faces=faces)
    await phone.presses("Show my case")
    await phone.sees("This is your case")
    await look_at(phone, "phone-proof", faces=faces)
    await phone.presses(TO_PAY)

    await screen.sees("Pay at the terminal")
    await look_at(screen, "kiosk-pay", faces=faces)
    await screen.presses("Hold a card that is declined")
    await screen.reads("The card was declined and nothing was charged.")
    await phone.reads("The card was declined and nothing was charged.")
    await phone.presses(TO_PAY)
    await screen.presses("Hold a card to it")
    await screen.sees("Take your case!")
    await look_at(screen, "kiosk-done", faces=faces)
    await phone.sees("Your case is ready")
    await look_at(phone, "phone-order", faces=faces)
