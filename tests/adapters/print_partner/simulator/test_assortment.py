"""The simulated partner lists as the real one: odd names, missing and doubled sizes, and he dislikes haste."""

from decimal import Decimal

from tests.adapters.print_partner.partner_stage import DEVICE

OTHER_DEVICE = "OTHERDEVICE1"


async def _stock(caller, device=DEVICE):
    shell = caller.stage.shell
    rows = await caller.stage.client.list_stock(device=device, brand=shell.brand)
    return next((row for row in rows if row.shell == shell.shell), None)


async def test_one_shell_has_two_sizes_on_two_devices(caller):
    shell = caller.stage.shell
    caller.stage.turn(add_devices=[OTHER_DEVICE], sizes={OTHER_DEVICE: {shell.shell: ["80.5", "160.25"]}})
    here, there = await _stock(caller), await _stock(caller, OTHER_DEVICE)
    assert (here.width_mm, here.height_mm) == (shell.width_mm, shell.height_mm)
    assert (there.width_mm, there.height_mm) == (Decimal("80.5"), Decimal("160.25"))
    workshop = caller.stage.simulator.workshop
    assert workshop.canvas_in(DEVICE, shell.shell) == shell.canvas
    assert workshop.canvas_in(OTHER_DEVICE, shell.shell) == (1390, 2767)


async def test_sizes_are_missing_or_nonsense_when_he_is_told_so(caller):
    shell = caller.stage.shell.shell
    for size in (None, ["", "149.27"], ["73,24", "149.27"], ["73.24mm", "x"]):
        caller.stage.turn(sizes={DEVICE: {shell: size}})
        assert not (await _stock(caller)).complete


async def test_the_older_form_has_neither_shell_nor_size(caller):
    caller.stage.turn(listing="older")
    rows = await caller.stage.client.list_stock(device=DEVICE, brand=caller.stage.shell.brand)
    assert rows
    assert not any(row.complete or row.shell for row in rows)


async def test_names_are_odd_when_he_is_told_so(caller):
    caller.stage.turn(names="odd")
    rows = await caller.stage.client.list_stock(device=DEVICE, brand="BR020250120000001")
    names = {row.model_name for row in rows}
    assert "SAMSUNG S24" in names
    assert not any("Galaxy" in name for name in names)


async def test_he_counts_what_is_asked_too_often_and_answers_all_the_same(caller):
    url = f"{caller.stage.simulator.url}/control"
    for device in (DEVICE, DEVICE, "TEST_DEVICE_002"):
        await caller.stage.client.list_stock(device=device, brand="BR102507170001")
    told = (await caller.http.get(url)).json()["listings"]
    assert told == {"asked": {"stock/list": 3}, "complaints": 1}
