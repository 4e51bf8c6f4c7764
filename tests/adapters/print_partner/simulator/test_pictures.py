"""What a printer sees in a picture."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from makeline.adapters.print_partner.simulator.pictures import look_at
from tests.adapters.print_partner.receiver import png


def test_a_good_picture_has_no_problem():
    look = look_at(png(1390, 2895, dpi=483, design="d1"), (1390, 2895))
    assert (look.width, look.height, look.design_hash, look.problem) == (1390, 2895, "d1", None)
    assert round(look.dpi) == 483


def test_the_design_is_read_from_every_kind_of_text_chunk():
    picture = png(8, 8, design=None)
    for kind, data in (
        (b"iTXt", b"Design\0\0\0en\0\0h\xc3\xa4sh"),
        (b"iTXt", b"Design\0\1\0\0\0" + zlib.compress("häsh".encode())),
        (b"zTXt", b"design\0\0" + zlib.compress("häsh".encode())),
    ):
        chunk = len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")
        assert look_at(picture[:33] + chunk + picture[33:], (8, 8)).design_hash == "häsh"


@given(st.binary(max_size=200))
def test_no_bytes_break_the_printer(body):
    assert look_at(body, (1, 1)).problem
    assert look_at(b"\x89PNG\r\n\x1a\n" + body, (1, 1)).problem
