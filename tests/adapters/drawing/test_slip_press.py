"""Receipts on paper: no name breaks them, and equal ones are equal bytes."""

import io
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from makeline.adapters.drawing.lettering import runs, width_of, wrap
from makeline.adapters.drawing.slip_press import PdfSlipPress
from makeline.cases.ordering.slip import Slip, SlipLine

SLIP = Slip(
    "en", "Receipt", "ORDER_00000001", ("Makeline",), "", "", (("Order", "ORDER_00000001"),), "Item",
    (SlipLine("Case", "1 × 19.99 GBP", "19.99 GBP"),), (("Total", "19.99 GBP"),), "",
    "https://cases.example/o/x", "State",
)  # fmt: skip
NAMES = ("Классический чехол", "苹果手机壳 经典款", "Étui façonné – naïve", "كفر", "a" * 300)


async def test_names_of_every_script_stand_on_one_page():
    lines = tuple(SlipLine(name, "1 × 1.00 GBP", "1.00 GBP") for name in NAMES)
    paper = await PdfSlipPress().print_slip(SLIP._replace(lines=lines))
    (page,) = PdfReader(io.BytesIO(paper)).pages
    text = unicodedata.normalize("NFC", "".join(page.extract_text().split()))
    for name in NAMES[:3]:
        assert "".join(name.split()) in text
    assert "aaaaaaaa" in text


async def test_only_used_letters_travel_with_the_paper():
    paper = await PdfSlipPress().print_slip(SLIP._replace(heading="收据"))
    assert len(paper) < 60_000
    fonts = PdfReader(io.BytesIO(paper)).pages[0]["/Resources"]["/Font"]
    embedded = [font for font in fonts.values() if "/FontDescriptor" in font.get_object()]
    assert {font.get_object()["/BaseFont"].partition("+")[2] for font in embedded} == {
        "DejaVuSans",
        "DroidSansFallback",
    }


async def test_equal_slips_are_equal_papers_and_others_are_not():
    press = PdfSlipPress()
    assert await press.print_slip(SLIP) == await press.print_slip(SLIP._replace())
    assert await press.print_slip(SLIP) != await press.print_slip(SLIP._replace(stamp="Refunded"))


async def test_the_code_leads_back_to_the_order():
    paper = await PdfSlipPress().print_slip(SLIP)
    (annotation,) = PdfReader(io.BytesIO(paper)).pages[0]["/Annots"]
    assert annotation.get_object()["/A"]["/URI"] == SLIP.address


@settings(max_examples=60)
@given(st.text(max_size=60))
def test_any_text_is_drawn_with_as_many_characters_and_fits(text: str):
    assert len("".join(piece for _, piece in runs(text))) == len(text)
    for line in wrap(text, 9, 60):
        assert width_of(line, 9) <= 60
