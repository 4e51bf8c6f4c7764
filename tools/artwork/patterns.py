"""Backgrounds that repeat a shape. Every one is 300 wide and 640 high."""

import math
import random

from tools.artwork.brush import H, W, blob, dot, ground, line, path, sheet
from tools.artwork.shapes import heart


def bauhaus() -> str:
    dice, cell = random.Random(12), 60
    colours = ("#e63946", "#f4a261", "#2a9d8f", "#264653", "#f1faee", "#e9c46a")
    body = ground("#f1e9da")
    for row in range(11):
        for column in range(5):
            x, y = column * cell, row * cell
            back, front = dice.sample(colours, 2)
            body += f'<rect x="{x}" y="{y}" width="{cell}" height="{cell}" fill="{back}"/>'
            match dice.randrange(4):
                case 0:
                    body += path(f"M{x} {y}A{cell} {cell} 0 0 1 {x + cell} {y + cell}H{x}Z", front)
                case 1:
                    body += dot(x + 30, y + 30, 22, front)
                case 2:
                    body += path(f"M{x} {y + cell}L{x + cell} {y}V{y + cell}Z", front)
                case _:
                    body += path(f"M{x} {y}H{x + cell}A30 30 0 0 1 {x} {y}Z", front)
                    body += path(f"M{x} {y + cell}A30 30 0 0 1 {x + cell} {y + cell}Z", front)
    return sheet(body)


def blobs() -> str:
    dice = random.Random(4)
    body = ground("#fde2d0")
    for x, y, r, colour in (
        (40, 70, 130, "#f78f7e"), (270, 210, 110, "#5aa9a3"), (60, 380, 120, "#f6c667"), (250, 520, 140, "#395b7f"), (150, 300, 55, "#fff5ea"),
    ):  # fmt: skip
        body += path(blob(x, y, r, dice), colour)
    for _ in range(70):
        body += dot(
            dice.uniform(0, W), dice.uniform(0, H), dice.uniform(1.5, 3.5), "#2b3445", ' opacity=".55"'
        )
    body += line("M20 250C90 200 130 330 210 270S280 330 300 300", "#2b3445", 3)
    return sheet(body + line("M-10 560C60 500 90 620 170 560S250 600 310 540", "#fff5ea", 3))


def waves() -> str:
    colours = ("#0b3954", "#087e8b", "#38b6b0", "#bfd7ea", "#ff9a76", "#ff5a5f", "#c81d5b", "#6a1b6e")
    body = ground(colours[0])
    for index, colour in enumerate(colours[1:]):
        y = 60 + index * 82
        body += path(f"M0 {y}C60 {y - 58} 110 {y + 62} 170 {y + 6}S270 {y - 50} 300 {y + 14}V640H0Z", colour)
    return sheet(body)


def leopard() -> str:
    dice = random.Random(21)
    body = ground("#e0a458")
    for row in range(17):
        for column in range(9):
            x = column * 40 + (20 if row % 2 else 0) + dice.uniform(-7, 7) - 10
            y = row * 40 + dice.uniform(-7, 7)
            r = dice.uniform(11, 16)
            body += path(blob(x, y, r, dice, rough=0.35), "#b8722c")
            start = dice.uniform(0, 360)
            gap = dice.uniform(70, 120)
            body += (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r:.1f}" fill="none" stroke="#2d1b0e" stroke-width="{dice.uniform(5, 8):.1f}"'
                f' stroke-dasharray="{r * 1.7:.1f} {r * gap / 260:.1f}" stroke-linecap="round" transform="rotate({start:.0f} {x:.1f} {y:.1f})"/>'
            )
    return sheet(body)


def zebra() -> str:
    body = ground("#fbf7f0")
    dice = random.Random(5)
    for index in range(15):
        y = index * 46 - 10
        depth = dice.uniform(12, 22)
        sway = dice.uniform(-24, 24)
        body += path(
            f"M-5 {y}C70 {y + 40 + sway:.0f} 120 {y - 40:.0f} 190 {y + 8:.0f}S270 {y + 36:.0f} 305 {y - 6}"
            f"V{y + depth:.0f}C260 {y + 62:.0f} 220 {y + depth + 14:.0f} 180 {y + depth + 12:.0f}S90 {y - 10:.0f} -5 {y + depth + 12:.0f}Z",
            "#181818",
        )
    return sheet(body)


def giraffe() -> str:
    dice = random.Random(30)
    body = ground("#f6e3bd")
    for row in range(14):
        for column in range(8):
            x = column * 50 + (25 if row % 2 else 0) - 20 + dice.uniform(-5, 5)
            y = row * 50 + dice.uniform(-5, 5)
            corners = [
                (
                    x + 25 * dice.uniform(0.82, 1.08) * math.cos(a),
                    y + 25 * dice.uniform(0.82, 1.08) * math.sin(a),
                )
                for a in (math.radians(30 + 60 * n) for n in range(6))
            ]
            data = "M" + "L".join(f"{px:.1f} {py:.1f}" for px, py in corners) + "Z"
            body += path(data, "#a8622a", ' stroke="#a8622a" stroke-width="5" stroke-linejoin="round"')
    return sheet(body)


def _flower(x: float, y: float, r: float, petal: str, heart_colour: str, petals: int = 8) -> str:
    body = "".join(
        f'<ellipse cx="{x:.1f}" cy="{y - r * 0.62:.1f}" rx="{r * 0.3:.1f}" ry="{r * 0.46:.1f}" fill="{petal}"'
        f' transform="rotate({360 * n / petals:.0f} {x:.1f} {y:.1f})"/>'
        for n in range(petals)
    )
    return body + dot(x, y, r * 0.3, heart_colour)


def daisies() -> str:
    dice = random.Random(2)
    body = ground("#7cb8a4")
    for row in range(11):
        for column in range(5):
            x, y = column * 70 + (35 if row % 2 else 0), row * 62 + 14
            body += _flower(
                x + dice.uniform(-8, 8),
                y + dice.uniform(-8, 8),
                dice.uniform(22, 32),
                "#fffaf0",
                "#f6b93b",
                10,
            )
    return sheet(body)


def roses() -> str:
    dice = random.Random(6)
    body = ground("#2d1f3d")
    for _ in range(60):
        x, y, turn = dice.uniform(0, W), dice.uniform(0, H), dice.uniform(0, 360)
        body += f'<ellipse cx="{x:.0f}" cy="{y:.0f}" rx="20" ry="8" fill="#3f7d58" transform="rotate({turn:.0f} {x:.0f} {y:.0f})"/>'
    for row in range(8):
        for column in range(4):
            x, y = column * 95 + (45 if row % 2 else 0) + dice.uniform(-8, 8), row * 88 + dice.uniform(-8, 8)
            for radius, colour in ((36, "#c9184a"), (27, "#e5426b"), (18, "#ff758f"), (9, "#ffb3c1")):
                body += path(blob(x, y, radius, dice, points=6, rough=0.14), colour)
    return sheet(body)


def leaves() -> str:
    dice = random.Random(15)
    body = ground("#eef5e6")
    greens = ("#1f6f50", "#3c9d6b", "#8cc084", "#14523b", "#5fb49c")
    for row in range(12):
        for column in range(6):
            x, y = column * 62 + (31 if row % 2 else 0) - 10, row * 58
            turn, size = dice.uniform(-50, 50), dice.uniform(0.9, 1.35)
            leaf = path("M0 34C-26 12 -20 -24 0 -40C20 -24 26 12 0 34Z", dice.choice(greens))
            vein = line("M0 40V-28M0 14L-11 2M0 14L11 2M0 -4L-9 -15M0 -4L9 -15", "#eef5e6", 1.8)
            body += f'<g transform="translate({x:.0f} {y:.0f}) rotate({turn:.0f}) scale({size:.2f})">{leaf}{vein}</g>'
    return sheet(body)


def heart_rings() -> str:
    colours = ("#ff8fab", "#fb6f92", "#ffe5ec", "#ff4d6d", "#ffc2d1", "#c9184a")
    return sheet(
        ground("#ffc2d1") + "".join(path(heart(150, 320, 470 - 52 * n), colours[n % 6]) for n in range(9))
    )


def stripes() -> str:
    body = ground("#fafafa")
    for index in range(-10, 16):
        x = index * 44
        body += path(f"M{x} 0H{x + 22}L{x + 342} 640H{x + 320}Z", "#16161a")
    return sheet(body)


def halftone() -> str:
    body = ground("#f7f7f5")
    for row in range(46):
        for column in range(24):
            x, y = column * 14 - 7 + (7 if row % 2 else 0), row * 14 + 3
            body += dot(x, y, 0.8 + 7.4 * (row / 45) ** 1.1, "#17171b")
    return sheet(body)


def arcs() -> str:
    body = ground("#ececec")
    for row in range(12):
        for column in range(6):
            x, y = column * 60, row * 56 + 20
            x += -30 if row % 2 else 0
            for radius, colour in ((30, "#111"), (24, "#ececec"), (18, "#777"), (12, "#ececec"), (6, "#111")):
                body += dot(x, y, radius, colour)
    return sheet(body)
