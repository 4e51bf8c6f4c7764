"""How the simulated partner behaves: its address and account, its delays, and the switches of misbehaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from makeline.foundation.simulation import UnknownSwitch

# The account of the embedded profile. They open nothing but a simulator on loopback.
DEMO_ACCOUNT = "makeline-demo"
DEMO_PASSWORD = "makeline-demo-password"  # noqa: S105
DEMO_KEY = "MAKELINEDEMOKEY0000000000000"

BASE_PATH = "/mobileShell/en"


@dataclass(frozen=True, slots=True)
class Delays:
    """Seconds. Pairs are ranges; ``settle`` is how long a payment must have been paid before an order."""

    login: float
    listing: float
    pay_data: float
    order_data: float
    status: float
    payment_notice: float
    settle: float
    fetch: tuple[float, float]
    picking: float
    picked: float
    printing: float
    printed: float
    shipping: float
    notice_gap: tuple[float, float]


PROFILES: dict[str, Delays] = {
    # As measured in the field; the machine's own steps are estimates.
    "field": Delays(
        login=0.35,
        listing=0.4,
        pay_data=0.28,
        order_data=0.33,
        status=0.25,
        payment_notice=20.0,
        settle=3.0,
        fetch=(1.0, 2.0),
        picking=6.0,
        picked=3.0,
        printing=70.0,
        printed=4.0,
        shipping=6.0,
        notice_gap=(5.0, 10.0),
    ),
    # For people who watch: everything visible, nothing tedious.
    "demo": Delays(
        login=0.03,
        listing=0.04,
        pay_data=0.05,
        order_data=0.06,
        status=0.02,
        payment_notice=2.0,
        settle=0.5,
        fetch=(0.2, 0.4),
        picking=0.7,
        picked=0.4,
        printing=2.4,
        printed=0.5,
        shipping=0.6,
        notice_gap=(0.5, 1.0),
    ),
    # For tests and benches.
    "none": Delays(
        login=0.0,
        listing=0.0,
        pay_data=0.0,
        order_data=0.0,
        status=0.0,
        payment_notice=0.0,
        settle=0.0,
        fetch=(0.0, 0.0),
        picking=0.0,
        picked=0.0,
        printing=0.0,
        printed=0.0,
        shipping=0.0,
        notice_gap=(0.02, 0.05),
    ),
}

DEVICE_CONDITIONS = ("online", "offline", "forbidden", "unavailable", "flaky")
FAULTS = ("refusal_status", "any_sign", "number_sizes", "other_ids", "unpaid_orders")
_CHOICES: dict[str, tuple[str, ...]] = {
    "profile": tuple(PROFILES),
    "notices": ("on", "off"),
    "machine": ("on", "off"),
    "notice_form": ("object", "array", "mixed"),
    "customer": ("pays", "declines", "walks_away", "pays_twice"),
    "unknown_devices": ("forbidden", "accepted"),
    "pictures": ("strict", "any"),
    "names": ("plain", "odd"),
    "listing": ("usual", "older"),
}


@dataclass(frozen=True, slots=True)
class Switches:
    """What can be changed while it runs (``POST /control``). The defaults are a well-behaved partner.

    ``notices`` off: nothing is sent to us. ``machine`` off: orders stay at status 4. ``customer``: what people at
    terminals do. ``notice_copies``: each notice is sent so many times at once. ``shuffle``: order notices out of
    order, and late payment notices 1, 2, 4 after 3. ``drop_answers``: so many next changes are applied and their
    answer is cut off, after ``hang_seconds``. ``error_rate``: share of calls answered with a passing error before
    anything is applied. ``offline``: every device. ``devices``: condition per device id. ``fetches``: how often a
    printer fetches one picture. ``faults``: breaks with the protocol, for those who test a certification.
    ``sizes``: per device and shell other sizes than the shelf's, ``[width, height]`` as texts in millimetres, or null
    where the listing lacks them. ``names`` odd: models named as no catalogue names them; ``listing`` older: with a
    price instead of shell and size. ``settle_seconds``, ``payment_notice_seconds``: instead of the profile's figure.
    """

    profile: str = "demo"
    notices: str = "on"
    machine: str = "on"
    notice_form: str = "mixed"
    customer: str = "pays"
    unknown_devices: str = "forbidden"
    pictures: str = "strict"
    notice_copies: int = 1
    shuffle: bool = False
    drop_answers: int = 0
    hang_seconds: float = 0.0
    error_rate: float = 0.0
    offline: bool = False
    devices: Mapping[str, str] = field(default_factory=dict)
    sizes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    names: str = "plain"
    listing: str = "usual"
    fetches: tuple[int, int] = (1, 2)
    faults: tuple[str, ...] = ()
    token_seconds: float = 86_400.0
    settle_seconds: float | None = None
    payment_notice_seconds: float | None = None

    @property
    def delays(self) -> Delays:
        """The figures of the profile with the two overrides."""
        delays = PROFILES[self.profile]
        if self.settle_seconds is not None:
            delays = replace(delays, settle=self.settle_seconds)
        if self.payment_notice_seconds is not None:
            delays = replace(delays, payment_notice=self.payment_notice_seconds)
        return delays

    def changed(self, wishes: Mapping[str, Any]) -> "Switches":
        """These switches with some changed; ``devices`` are merged. Raises ``UnknownSwitch``."""
        known = {item.name for item in fields(self)}
        for name, value in wishes.items():
            if name not in known:
                raise UnknownSwitch(f"there is no switch {name!r}; there are {', '.join(sorted(known))}")
            _check(name, value)
        wanted = dict(wishes)
        if "devices" in wanted:
            wanted["devices"] = {**self.devices, **wanted["devices"]}
        if "sizes" in wanted:
            wanted["sizes"] = {
                device: {**self.sizes.get(device, {}), **shells} for device, shells in wanted["sizes"].items()
            }
        if "fetches" in wanted:
            wanted["fetches"] = tuple(wanted["fetches"])
        if "faults" in wanted:
            wanted["faults"] = tuple(wanted["faults"])
        return replace(self, **wanted)

    def as_json(self) -> dict[str, Any]:
        """All switches as JSON values."""
        values = {item.name: getattr(self, item.name) for item in fields(self)}
        return {
            **values,
            "devices": dict(self.devices),
            "fetches": list(self.fetches),
            "faults": list(self.faults),
            "sizes": dict(self.sizes),
        }


_NUMBERS: dict[str, tuple[type, float, float]] = {
    "notice_copies": (int, 1, 20),
    "drop_answers": (int, 0, 1_000_000),
    "hang_seconds": (float, 0, 120),
    "error_rate": (float, 0, 1),
    "token_seconds": (float, 0, 86_400),
    "settle_seconds": (float, 0, 60),
    "payment_notice_seconds": (float, 0, 600),
}


def _check(name: str, value: Any) -> None:
    if name in _CHOICES and value not in _CHOICES[name]:
        raise UnknownSwitch(f"{name} is one of {', '.join(_CHOICES[name])}")
    if name in _NUMBERS:
        _check_number(name, value)
    if name in ("shuffle", "offline") and not isinstance(value, bool):
        raise UnknownSwitch(f"{name} is true or false")
    if name == "devices":
        conditions = value.values() if isinstance(value, Mapping) else (None,)
        if not all(condition in DEVICE_CONDITIONS for condition in conditions):
            raise UnknownSwitch(f"devices maps device ids to one of {', '.join(DEVICE_CONDITIONS)}")
    if name == "faults" and (not isinstance(value, (list, tuple)) or set(map(str, value)) - set(FAULTS)):
        raise UnknownSwitch(f"faults are a list of {', '.join(FAULTS)}")
    if name == "sizes" and not _are_sizes(value):
        raise UnknownSwitch("sizes maps device ids to shells, each to [width, height] as texts or null")
    if name == "fetches":
        pair = tuple(value) if isinstance(value, (list, tuple)) else ()
        if len(pair) != 2 or not all(type(n) is int for n in pair) or not 1 <= pair[0] <= pair[1] <= 30:
            raise UnknownSwitch("fetches is [least, most], 1 to 30")


def _are_sizes(value: Any) -> bool:
    if not isinstance(value, Mapping) or not all(isinstance(shells, Mapping) for shells in value.values()):
        return False
    return all(
        size is None
        or (isinstance(size, list) and len(size) == 2 and all(type(text) is str for text in size))
        for shells in value.values()
        for size in shells.values()
    )


def _check_number(name: str, value: Any) -> None:
    kind, least, most = _NUMBERS[name]
    if value is None and name in ("settle_seconds", "payment_notice_seconds"):
        return
    right_type = type(value) is int or (kind is float and type(value) is float)
    if not right_type or not least <= value <= most:
        raise UnknownSwitch(f"{name} is a number from {least} to {most}")


@dataclass(frozen=True, slots=True)
class SimulatorSettings:
    """Where it lives and whom it tells. ``notify`` is our base address; None sends no notices.

    ``notice_key`` is the API key it shows with its notices; without one it is known by its address, or not at all.
    ``devices`` are known besides those of the catalogue; ``shells_file`` replaces the catalogue's own list.
    """

    data_dir: Path
    notify: str | None = None
    host: str = "127.0.0.1"
    port: int = 8101
    account: str = field(default=DEMO_ACCOUNT, repr=False)
    password: str = field(default=DEMO_PASSWORD, repr=False)
    key: str = field(default=DEMO_KEY, repr=False)
    notice_key: str = field(default="", repr=False)
    devices: tuple[str, ...] = ()
    shells_file: Path | None = None
    switches: Switches = field(default_factory=Switches)
    blanks_per_model: int = 100
