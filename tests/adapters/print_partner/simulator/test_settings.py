"""The delays are the figures of the field, or a demonstration that nobody gets tired of."""

import pytest

from makeline.adapters.print_partner.simulator.settings import PROFILES, Switches
from makeline.adapters.print_partner.simulator.shelf import SPECIAL_DEVICES, load_shelf
from makeline.foundation.simulation import UnknownSwitch


def test_the_field_profile_has_the_measured_figures():
    field = PROFILES["field"]
    assert (field.login, field.listing, field.pay_data, field.order_data) == (0.35, 0.4, 0.28, 0.33)
    assert (field.payment_notice, field.settle) == (20.0, 3.0)
    assert (field.fetch, field.notice_gap) == ((1.0, 2.0), (5.0, 10.0))


def test_a_demonstration_print_takes_four_to_six_seconds():
    demo = PROFILES["demo"]
    steps = (demo.fetch[0], demo.picking, demo.picked, demo.printing, demo.printed, demo.shipping)
    assert 4 <= sum(steps) <= 6
    assert demo.payment_notice == 2.0


def test_a_bench_has_no_delays():
    none = PROFILES["none"]
    assert {none.login, none.pay_data, none.order_data, none.status, none.settle, none.payment_notice} == {
        0.0
    }


def test_a_switch_changes_only_what_was_wished():
    switches = Switches().changed({"settle_seconds": 0.2, "devices": {"A": "offline"}})
    switches = switches.changed({"devices": {"B": "flaky"}, "fetches": [2, 30]})
    assert switches.delays.settle == 0.2
    assert dict(switches.devices) == {"A": "offline", "B": "flaky"}
    assert switches.fetches == (2, 30)
    assert switches.changed({"settle_seconds": None}).delays == PROFILES["demo"]


@pytest.mark.parametrize(
    "wish", [{"drop_answers": 1.5}, {"drop_answers": True}, {"hang_seconds": -1}, {"devices": []}]
)
def test_a_wish_out_of_range_is_refused(wish):
    with pytest.raises(UnknownSwitch):
        Switches().changed(wish)


def test_every_catalogue_model_has_a_shell_whose_canvas_a_printer_takes():
    shelf = load_shelf(None, ("EXTRA",))
    assert len(shelf.models) == 58
    assert {"EXTRA", "TEST_DEVICE_001", *SPECIAL_DEVICES} <= shelf.devices
    for shell in shelf.shells.values():
        width, height = shell.canvas
        assert width == 1390
        assert 1000 <= height <= 5000
