"""Backgrounds that are drawn all over, not put together of small pictures. Every one is 300 wide and 640 high."""

import math
import random

from tools.artwork.brush import H, W, blob, dot, ground, line, path, sheet
from tools.artwork.shapes import ring


def wall() -> str:
    dice = random.Random(18)
    body = ground("#8d8478")
    for row in range(33):
        for column in range(8):
            x, y = column * 44 - (22 if row % 2 else 0), row * 20
            shade = dice.choice(("#b9603f", "#c26a47", "#ad5537", "#b76549"))
            body += f'<rect x="{x}" y="{y}" width="41" height="17" rx="1.5" fill="{shade}"/>'
    return body


def splashes(colour: str, paints: tuple[str, ...], *, seed: int) -> str:
    dice = random.Random(seed)
    body = ground(colour)
    for index in range(13):
        x, y, r, paint = (
            dice.uniform(10, 290),
            30 + index * 48,
            dice.uniform(26, 54),
            paints[index % len(paints)],
        )
        body += path(blob(x, y, r, dice, points=11, rough=0.3), paint)
        for _ in range(9):
            angle, reach = dice.uniform(0, 6.28), r * dice.uniform(1.1, 1.9)
            body += dot(x + reach * math.cos(angle), y + reach * math.sin(angle), dice.uniform(1.5, 6), paint)
        body += line(f"M{x:.0f} {y:.0f}V{y + r + dice.uniform(20, 60):.0f}", paint, dice.uniform(5, 9))
    return body


def rays(dark: str, light: str, *, x: float, y: float) -> str:
    body = ground(dark)
    for index in range(18):
        a, b = math.radians(index * 20), math.radians(index * 20 + 10)
        body += path(
            f"M{x} {y}L{x + 900 * math.cos(a):.0f} {y + 900 * math.sin(a):.0f}"
            f"L{x + 900 * math.cos(b):.0f} {y + 900 * math.sin(b):.0f}Z",
            light,
        )
    return body


def rainbow_hills() -> str:
    body = ground("#bfe9ff")
    for index, colour in enumerate(("#ff6b5e", "#ffb03a", "#ffe14d", "#58c95b", "#4aa3ff", "#8d6bff")):
        body += dot(150, 470, 250 - index * 26, colour)
    body += dot(150, 470, 94, "#bfe9ff")
    body += path("M0 470C60 420 110 430 160 470S260 430 300 460V640H0Z", "#7ccf7a")
    body += path("M0 540C80 480 150 520 200 540S280 520 300 510V640H0Z", "#4fae62")
    for x, y in ((60, 90), (210, 150), (120, 40)):
        body += path(f"M{x - 40} {y + 20}a18 18 0 0 1 14 -30a24 24 0 0 1 44 -4a18 18 0 0 1 18 34Z", "#fff")
    return body


def seventies() -> str:
    body = ground("#f6ead2")
    for index, colour in enumerate(("#7a3b2e", "#c8553d", "#f28f3b", "#f2c14e", "#588b8b")):
        x = 40 + index * 26
        data = f"M{x} -10V300A{210 - index * 26} {210 - index * 26} 0 0 0 {250} {510 - index * 26}H320"
        body += f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="26"/>'
    return sheet(body + dot(232, 130, 46, "#f28f3b") + dot(232, 130, 30, "#f2c14e"))


def night(*, seed: int) -> str:
    dice = random.Random(seed)
    body = (
        '<defs><linearGradient id="n" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#0b1033"/>'
        '<stop offset=".6" stop-color="#2a1a5e"/><stop offset="1" stop-color="#5b2a86"/></linearGradient></defs>'
        f'<rect width="{W}" height="{H}" fill="url(#n)"/>'
    )
    for _ in range(150):
        body += dot(
            dice.uniform(0, W),
            dice.uniform(0, H),
            dice.choice((0.7, 0.9, 1.2, 1.8)),
            "#fff",
            f' opacity="{dice.uniform(0.4, 1):.2f}"',
        )
    return body


def galaxy(*, seed: int) -> str:
    dice = random.Random(seed)
    body = '<defs><radialGradient id="g"><stop offset="0" stop-color="#fff" stop-opacity=".85"/><stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient>'
    for name, colour in (("p", "#ff4fc3"), ("b", "#3aa6ff"), ("v", "#8a4dff")):
        body += f'<radialGradient id="{name}"><stop offset="0" stop-color="{colour}" stop-opacity=".75"/><stop offset="1" stop-color="{colour}" stop-opacity="0"/></radialGradient>'
    body += "</defs>" + night(seed=seed + 1)
    for index in range(16):
        along = index / 15
        x, y = 40 + 220 * along + dice.uniform(-30, 30), 60 + 520 * along + dice.uniform(-30, 30)
        body += f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="{dice.uniform(70, 120):.0f}" ry="{dice.uniform(50, 90):.0f}" fill="url(#{"pbv"[index % 3]})"/>'
    body += '<ellipse cx="150" cy="320" rx="60" ry="46" fill="url(#g)"/>'
    for _ in range(24):
        x, y, r = dice.uniform(0, W), dice.uniform(0, H), dice.uniform(3, 7)
        body += path(ring(4, r, r * 0.22, x=x, y=y), "#fff")
    return body


def eyes() -> str:
    dice = random.Random(3)
    body = ground("#f2b5a7")
    irises = ("#2a9d8f", "#264653", "#e76f51", "#6d597a", "#3d5a80")
    for row in range(11):
        for column in range(4):
            x, y = column * 100 + (50 if row % 2 else 0), row * 62 + 10
            look_x, look_y = dice.uniform(-9, 9), dice.uniform(-4, 4)
            body += path(
                f"M{x - 42} {y}Q{x} {y - 38} {x + 42} {y}Q{x} {y + 38} {x - 42} {y}Z",
                "#fffaf2",
                ' stroke="#3b2435" stroke-width="3"',
            )
            body += dot(x + look_x, y + look_y, 14, dice.choice(irises)) + dot(
                x + look_x, y + look_y, 7, "#1d1420"
            )
            body += dot(x + look_x + 5, y + look_y - 5, 3, "#fff")
    return sheet(body)


def dream_moons() -> str:
    body = (
        '<defs><linearGradient id="d" x1="0" y1="0" x2="0" y2="1"><stop offset="0" stop-color="#2b2d6e"/>'
        '<stop offset=".55" stop-color="#e07a9b"/><stop offset="1" stop-color="#ffd6a5"/></linearGradient></defs>'
        f'<rect width="{W}" height="{H}" fill="url(#d)"/>'
    )
    for x, y, r in ((80, 120, 54), (220, 220, 30), (140, 330, 18), (250, 90, 14)):
        body += dot(x, y, r, "#fff3d6") + dot(
            x + r * 0.34, y - r * 0.16, r * 0.86, "#494393" if y < 200 else "#b0688f", ' opacity=".85"'
        )
    for index in range(9):
        y, x = 420 + index * 26, 150 + 60 * math.sin(index * 0.8)
        body += f'<rect x="{x - 46 + index * 2:.0f}" y="{y}" width="{92 - index * 2}" height="16" fill="#fff7ea"/>'
        body += f'<rect x="{x - 46 + index * 2:.0f}" y="{y + 16}" width="{92 - index * 2}" height="6" fill="#9b5d7e"/>'
    return sheet(body)


def checker_sea() -> str:
    body = ground("#f7b267") + dot(150, 210, 92, "#f4845f") + dot(150, 210, 66, "#f7e3a1")
    for row in range(12):
        y0, y1 = 320 + 320 * (row / 12) ** 1.6, 320 + 320 * ((row + 1) / 12) ** 1.6
        for column in range(-9, 9):
            if (row + column) % 2:
                continue
            spread0, spread1 = 18 + (y0 - 320) * 0.28, 18 + (y1 - 320) * 0.28
            body += path(
                f"M{150 + column * spread0:.1f} {y0:.1f}L{150 + (column + 1) * spread0:.1f} {y0:.1f}"
                f"L{150 + (column + 1) * spread1:.1f} {y1:.1f}L{150 + column * spread1:.1f} {y1:.1f}Z",
                "#7b2d5b",
            )
    return sheet(body + line("M0 320H300", "#5a1f45", 4))


def circuits() -> str:
    dice = random.Random(40)
    body = ground("#071a1f")
    for index in range(26):
        x, y = 8 + (index % 13) * 23, 0 if index < 13 else 640
        sign = 1 if y == 0 else -1
        down, aside, more = (
            dice.uniform(60, 180),
            dice.choice((-1, 1)) * dice.choice((23, 46)),
            dice.uniform(40, 150),
        )
        end_x, end_y = x + aside, y + sign * (down + abs(aside) + more)
        colour = dice.choice(("#18c29c", "#d4af37", "#0f7f6b", "#18c29c"))
        body += line(
            f"M{x} {y}V{y + sign * down:.0f}L{end_x} {y + sign * (down + abs(aside)):.0f}V{end_y:.0f}",
            colour,
            2.6,
        )
        body += dot(end_x, end_y, 5.5, "#071a1f", f' stroke="{colour}" stroke-width="3"')
    return sheet(
        body
        + '<rect x="96" y="266" width="108" height="108" rx="10" fill="#0d2b31" stroke="#d4af37" stroke-width="4"/><rect x="120" y="290" width="60" height="60" rx="6" fill="#d4af37"/>'
    )


def hexagons() -> str:
    dice = random.Random(11)
    body = ground("#0d0d12")
    for row in range(18):
        for column in range(7):
            x, y = column * 52 + (26 if row % 2 else 0), row * 45 - 40
            data = (
                "M"
                + "L".join(
                    f"{x + 28 * math.cos(math.radians(30 + 60 * n)):.1f} {y + 28 * math.sin(math.radians(30 + 60 * n)):.1f}"
                    for n in range(6)
                )
                + "Z"
            )
            gold = dice.random() < 0.14
            body += path(
                data,
                "#c9a227" if gold else dice.choice(("#17171f", "#1e1e29", "#252532")),
                ' stroke="#3d3520" stroke-width="1.6"',
            )
    return sheet(body)


def carbon() -> str:
    body = (
        '<defs><pattern id="c" width="16" height="16" patternUnits="userSpaceOnUse"><rect width="16" height="16" fill="#1a1b20"/>'
        '<rect width="8" height="8" fill="#2c2e36"/><rect x="8" y="8" width="8" height="8" fill="#2c2e36"/>'
        '<rect width="8" height="3" fill="#3b3e48"/><rect x="8" y="8" width="8" height="3" fill="#3b3e48"/></pattern></defs>'
        f'<rect width="{W}" height="{H}" fill="url(#c)"/>'
    )
    body += path("M0 420L300 250V292L0 462Z", "#d4af37") + path("M0 476L300 306V316L0 486Z", "#f3e1a0")
    return sheet(body)
